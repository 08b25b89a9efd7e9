using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Replicas of one Proxy in front of an application, with the certified provider; the application tells what reached it.</summary>
internal sealed class ReplicaWorld : IAsyncDisposable
{
    public const string Host = "app.localhost";

    private ReplicaWorld(StubUpstream upstream, OidcProvider provider, ReplicaSet replicas) =>
        (Upstream, Provider, Replicas) = (upstream, provider, replicas);

    public StubUpstream Upstream { get; }

    public OidcProvider Provider { get; }

    public ReplicaSet Replicas { get; }

    /// <param name="count">How many replicas.</param>
    /// <param name="sessions">The session store, as flow members; null: one sqlite file.</param>
    /// <param name="oidc">More of the provider's settings, as flow members behind a comma.</param>
    /// <param name="configuration">More of the configuration file.</param>
    /// <param name="mutators">More of what the application is told, in front of the assertion, each behind it a comma.</param>
    /// <param name="rules">More rules, one a line.</param>
    /// <param name="accessTokenLife">How long the provider's access tokens live.</param>
    public static async Task<ReplicaWorld> StartAsync(
        int count, string? sessions = null, string oidc = "", string configuration = "", string mutators = "", string rules = "", TimeSpan? accessTokenLife = null)
    {
        var upstream = await StubUpstream.StartAsync();
        var balancer = new Balancer();
        var address = $"http://{Host}:{balancer.Port}";

        // As a provider in the cloud has it: by a name that people never see.
        var provider = await OidcProvider.StartAsync(
            $"{address}/.authproxy/callback", $"{address}/.authproxy/signed-out", $"http://127.0.0.1:{balancer.Port}/.authproxy/backchannel-logout", accessTokenLife);
        var replicas = await ReplicaSet.StartAsync(
            count,
            balancer,
            $$"""
            version: authproxy/v1
            rules:
            - id: all
              match: { path: /** }
              authenticators: [oidc]
              mutators: [ {{mutators}} { handler: assertion, config: { audience: app } } ]
              upstream: "{{upstream.Address.OriginalString}}"
            {{rules.Replace("UPSTREAM", upstream.Address.OriginalString, StringComparison.Ordinal)}}
            """,
            $$"""
            assertion: { audiences: [app] }
            authenticators:
              oidc:
                enabled: true
                config: { issuer: "{{provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}}{{oidc}} }
            {{configuration}}
            """,
            [Host],
            sessions);
        return new ReplicaWorld(upstream, provider, replicas);
    }

    public Uri Address(string target = "/") => new($"http://{Host}:{Replicas.Port}{target}");

    public async Task<UserAgent> SignInAsync(string subject)
    {
        var browser = new UserAgent();
        using var login = await browser.NavigateAsync(Address());
        using var page = await browser.SubmitAsync(login, ("login", subject), ("password", "any"));
        Assert.Contains($"X-Auth-Subject: {subject}", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await Replicas.DisposeAsync();
        await Provider.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
