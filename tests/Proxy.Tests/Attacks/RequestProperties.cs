using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Proxy.Tests.Attacks;

/// <summary>What holds for every request, through a real server and real sockets, whatever a client sends.</summary>
public sealed class RequestProperties : IAsyncLifetime
{
    private const string Marker = "mallory";

    private static readonly string[] Pieces =
        ["/", "/", "a", "B", ".", "..", "%2e", "%2F", "%5c", "\\", "%25", "252e", ";", "%3b", "%00", "%0a", "%c0%af", "%C3%A9", "?", "#", "%", "zz", "~", "%7e", "%41", "http://", "@", ":", "+", "%2B", "&", "=", "'"];

    private static readonly string[] IdentityHeaders = ["X-User", "X-Auth-Assertion", "X-Auth-Subject", "X-Auth-Session", "X-Forwarded-User", "X-Forwarded-For", "Remote-User", "Forwarded", "X-Real-Ip"];

    private AttackedProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await AttackedProxy.StartAsync(
        """
        version: authproxy/v1
        rules:
          - { id: all, match: { path: "/**" }, authenticators: [anonymous], mutators: [noop], upstream: "{application}" }
          - { id: named, match: { path: /named }, authenticators: [anonymous], mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ], upstream: "{application}" }
        """);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public void What_the_rule_saw_is_what_the_upstream_received_byte_for_byte() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(pieces => "/" + string.Concat(pieces)).ToArbitrary(), target =>
        {
            _proxy.Application.Arrived.Clear();
            var status = _proxy.SendAsync($"GET {target}").GetAwaiter().GetResult();

            return status == 200 ? _proxy.Application.Arrived.Single().Target == target : _proxy.Application.Arrived.IsEmpty;
        }).Check(Bounded);

    [Fact]
    public void No_identity_header_arrives_in_any_spelling() =>
        Prop.ForAll(Spellings().ToArbitrary(), name =>
        {
            _proxy.Application.Arrived.Clear();
            var status = _proxy.SendAsync("GET /x", $"{name}: {Marker}", $"Connection: close, {name}").GetAwaiter().GetResult();

            return status == 200
                ? _proxy.Application.Arrived.Single().Headers.Values.All(value => !value.Contains(Marker, StringComparison.Ordinal))
                : _proxy.Application.Arrived.IsEmpty;
        }).Check(Bounded);

    private static Gen<string> Spellings() =>
        from name in Gen.Elements(IdentityHeaders)
        from letters in Gen.ArrayOf(Gen.Choose(0, 5), name.Length)
        select string.Concat(name.Select((character, index) => character switch
        {
            '-' => (letters[index] % 3) switch { 0 => '_', 1 => '.', _ => '-' },
            _ => letters[index] % 2 == 0 ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character),
        }));

    // Each case is a connection of its own.
    private static Config Bounded => Config.QuickThrowOnFailure.WithMaxTest(150).WithQuietOnSuccess(true);
}
