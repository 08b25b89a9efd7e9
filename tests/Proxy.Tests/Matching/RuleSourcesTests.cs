using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Matching;

/// <summary>What several sources are together: one set, taken whole.</summary>
public sealed class RuleSourcesTests : IDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private ServiceProvider? _services;

    private PreparedRules Current => _services!.GetRequiredService<RuleSource>().Current;

    private bool IsReady => _services!.GetRequiredService<RuleReloader>().IsReady;

    public void Dispose()
    {
        _services?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Missing_file_of_oathkeepers_does_not_hold_up_the_others()
    {
        _folder.Write("a.yaml", Oathkeeper("a"));

        Assert.Empty(Start("repositories: [{0}/a.yaml, {0}/b.yaml]"));
        Assert.Equal(("a", true), (Ids(), IsReady));

        _folder.Write("b.yaml", Oathkeeper("b"));
        _clock.Advance(Noticed);
        Assert.Equal("a b", Ids());

        File.Delete(Path.Combine(_folder.Path, "a.yaml"));
        _clock.Advance(Noticed);
        Assert.Equal("a b", Ids());

        _folder.Write("b.yaml", Oathkeeper("c"));
        _clock.Advance(Noticed);
        Assert.Equal("a c", Ids());
    }

    [Fact]
    public void Proxy_whose_only_file_is_missing_starts_and_is_not_ready_until_it_appears()
    {
        Assert.Empty(Start("repositories: '{0}/a.yaml'"));
        Assert.False(IsReady);

        _folder.Write("a.yaml", Oathkeeper("a"));
        _clock.Advance(Noticed);

        Assert.Equal(("a", true), (Ids(), IsReady));
    }

    [Fact]
    public void Beside_rules_of_our_form_a_missing_file_is_a_fault()
    {
        _folder.Write("a.yaml", "version: authproxy/v1\nrules: [ { id: a, match: { path: /a }, authenticators: [anonymous], upstream: \"http://127.0.0.1:1\" } ]");

        Assert.Contains("b.yaml", Assert.Single(Start("repositories: [{0}/a.yaml, {0}/b.yaml]")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_of_a_source_with_limits_is_a_fault() =>
        Assert.Contains("does not exist", Assert.Single(Start("sources: [ { path: {0}/a.yaml } ]")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Proxy_without_rules_that_nobody_wrote_is_ready()
    {
        _folder.Write("a.yaml", "[]");

        Assert.Empty(Start("repositories: '{0}/a.yaml'"));
        Assert.True(IsReady);
    }

    [Fact]
    public void Unreadable_file_leaves_the_rules_of_all_as_they_were()
    {
        _folder.Write("a.yaml", Oathkeeper("a"));
        _folder.Write("b.yaml", Oathkeeper("b"));
        Start("repositories: [{0}/a.yaml, {0}/b.yaml]");

        _folder.Write("b.yaml", Oathkeeper("c").Replace("id: c", "id: c, version: '42'", StringComparison.Ordinal));
        _folder.Write("a.yaml", Oathkeeper("d"));
        _clock.Advance(Noticed);
        Assert.Equal("a b", Ids());

        _folder.Write("b.yaml", Oathkeeper("c"));
        _clock.Advance(Noticed);
        Assert.Equal("d c", Ids());
    }

    [Fact]
    public void Rules_in_the_configuration_itself_stand_beside_those_of_files()
    {
        _folder.Write("a.yaml", Oathkeeper("a"));
        var inline = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Oathkeeper("inline")));

        Assert.Empty(Start($"repositories: ['{{0}}/a.yaml', 'inline://{inline}']"));
        Assert.Equal("a inline", Ids());
    }

    [Fact]
    public void Without_the_rules_of_an_address_no_others_are_in_force()
    {
        _folder.Write("a.yaml", Oathkeeper("a"));
        var nobody = Loopback.FreePorts(1)[0];

        Assert.Empty(Start($"repositories: ['{{0}}/a.yaml', 'http://127.0.0.1:{nobody}/rules']"));
        Assert.Equal(("", false), (Ids(), IsReady));
    }

    private IReadOnlyList<ConfigFault> Start(string accessRules)
    {
        var settings = Requests.Settings($"access_rules: {{ {accessRules.Replace("{0}", _folder.Path, StringComparison.Ordinal)} }}") with { HandlersAreEnabledByDefault = true, DataFolder = _folder.Path };
        _services = new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddProxy(settings, null, ProxyKeys.Load(settings.KeysFolder, new ConfigFaults())!, _clock).BuildServiceProvider();
        return _services.GetRequiredService<RuleReloader>().Start();
    }

    private string Ids() => string.Join(' ', Current.Rules.Select(rule => rule.Rule.Id));

    private static string Oathkeeper(string id) =>
        $"- {{ id: {id}, match: {{ url: \"http://{id}.test/x\", methods: [GET] }}, authenticators: [{{ handler: noop }}], authorizer: {{ handler: allow }}, mutators: [{{ handler: noop }}] }}\n";
}
