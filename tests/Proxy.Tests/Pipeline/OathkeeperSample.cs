using System.Text.Json;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>Sample rules in Oathkeeper's format under a Proxy whose services and upstreams stand on loopback.</summary>
internal static class OathkeeperSample
{
    private const string Issuer = "https://issuer.test/";

    /// <param name="name">The sample.</param>
    /// <param name="replacements">Hosts of the sample, or other text, and what stands there instead.</param>
    /// <param name="mutators">More settings of mutators than the samples' own.</param>
    /// <param name="replace">Parts of the test's own.</param>
    public static Task<RunningProxy> StartAsync(
        string name, IReadOnlyList<(string Text, string Instead)> replacements, string mutators = "", Action<IServiceCollection>? replace = null)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", name));
        return RunningProxy.StartAsync(
            replacements.Aggregate(text, (rules, replacement) => rules.Replace(replacement.Text, replacement.Instead, StringComparison.Ordinal)),
            $$$"""
            authenticators:
              anonymous: { config: { subject: guest } }
              jwt: { config: { jwks_urls: ["{keys}"], trusted_issuers: ["{{{Issuer}}}"], allowed_algorithms: [ES256], scope_strategy: wildcard } }
            mutators:
              header: { config: { headers: { X-User: "{{ print .Subject }}" } } }
              cookie: { config: { cookies: { user: "{{ print .Subject }}" } } }
              {{{mutators}}}
            errors:
              fallback: [json]
              handlers:
                redirect: { config: { to: "http://login.test/" } }
                www_authenticate: { config: { realm: Restricted } }
            """,
            replace);
    }

    /// <summary>A token that the samples' rules believe.</summary>
    public static string Token(string subject = "u1", TimeSpan? lifetime = null, string extra = "{}") => TestTokens.Mint(
        RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow(), subject, issuer: Issuer, lifetime: lifetime, more: writer =>
        {
            foreach (var claim in JsonDocument.Parse(extra).RootElement.EnumerateObject())
            {
                claim.WriteTo(writer);
            }
        });

    /// <summary>Sends what the samples write: a method, a whole address, and headers.</summary>
    public static Task<HttpResponseMessage> SendAsync(this RunningProxy proxy, string method, string url, string? token = null, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        var address = new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(proxy.Address + address.PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        { Content = body };
        request.Headers.Host = address.Authority;
        foreach (var (name, value) in token is null ? headers : [("Authorization", "Bearer " + token), .. headers])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return proxy.Client.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
