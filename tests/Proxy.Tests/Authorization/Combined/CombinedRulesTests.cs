using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Authorization.Combined;

public sealed class CombinedRulesTests : IAsyncLifetime
{
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: {{_application.Address}}, authenticators: [anonymous] }
            rules:
              - { id: either, match: { path: /either }, authorizers: [ { any_of: [deny, { not: deny }] } ] }
              - { id: neither, match: { path: /neither }, authorizers: [ { any_of: [deny, { not: allow }] } ] }
              - { id: both, match: { path: /both }, authorizers: [allow, { all_of: [allow, deny] }] }
              - { id: silent, match: { path: /silent }, authorizers: [ { not: silent } ] }
              - { id: perhaps, match: { path: /perhaps }, authorizers: [ { any_of: [silent, allow] } ] }
              - { id: told, match: { path: /told }, authorizers: [ { any_of: [ { all_of: [telling, deny] }, allow ] } ] }
            """,
            replace: services => services.AddSingleton<IHandlerKind<IAuthorizer>, SilentKind>().AddSingleton<IHandlerKind<IAuthorizer>, TellingKind>());
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Theory]
    [InlineData("/either", 200, ""), InlineData("/neither", 403, "access-denied"), InlineData("/both", 403, "access-denied"), InlineData("/perhaps", 200, "")]
    [InlineData("/silent", 503, "check-unavailable")]
    public async Task Rule_is_decided_by_all_that_it_combines(string path, int status, string reason)
    {
        using var answer = await _proxy.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(reason, answer.Headers.TryGetValues("X-AuthProxy-Refusal", out var reasons) ? reasons.Single() : "");
        Assert.Equal(status == 200 ? 1 : 0, _application.Arrived.Count);
    }

    [Fact]
    public async Task Client_cannot_fill_in_a_header_that_was_taken_back()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/told");
        request.Headers.TryAddWithoutValidation("x_told", "mallory");
        using var answer = await _proxy.Client.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.DoesNotContain(arrived.Headers, header => header.Value is "mallory" or "told");
    }

    private sealed class SilentKind : IHandlerKind<IAuthorizer>, IAuthorizer
    {
        public string Name => "silent";

        public Schema Schema => NoSettings.Of(Name, "Cannot be reached.");

        public IAuthorizer Prepare(HandlerPreparation preparation) => this;

        public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
            new(new AuthorizationOutcome.Refused(ProxyRefusals.CheckUnavailable, "there was no answer in time"));
    }

    private sealed class TellingKind : IHandlerKind<IAuthorizer>, IAuthorizer
    {
        public string Name => "telling";

        public Schema Schema => NoSettings.Of(Name, "Tells the upstream something.");

        public IReadOnlyCollection<string> HeaderNames => ["X-Told"];

        public IAuthorizer Prepare(HandlerPreparation preparation) => this;

        public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
        {
            request.Identity.Set("X-Told", "told");
            return new(AuthorizationOutcome.Allowed.Instance);
        }
    }
}
