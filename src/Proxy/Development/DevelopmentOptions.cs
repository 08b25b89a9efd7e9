using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Development;

/// <summary>What <c>authproxy dev</c> was asked for, checked.</summary>
/// <param name="Name">Who everybody is.</param>
/// <param name="Claims">What is said of them, a JSON object.</param>
/// <param name="Upstream">The application, on this machine.</param>
/// <param name="Port">Where browsers come in; the port behind it is the API's.</param>
/// <param name="Rules">A file or folder of rules; null: everything goes to the application.</param>
/// <param name="Hosts">Further names under which browsers come in.</param>
internal sealed record DevelopmentOptions(string Name, JsonElement Claims, Uri Upstream, int Port, string? Rules, IReadOnlyList<string> Hosts)
{
    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>An issuer of its own, so that nothing signed here is believed anywhere else.</summary>
    public string Issuer => $"http://127.0.0.1:{Port + 1}";

    /// <summary>Null, with the reason, where something cannot be.</summary>
    public static DevelopmentOptions? Read(CommandArguments arguments, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(arguments["--upstream"], UriKind.Absolute, out var upstream) || upstream.Scheme is not ("http" or "https"))
        {
            fault = "--upstream is no http address";
        }
        else if (!Loopback.IsLoopback(upstream.IdnHost))
        {
            // Whoever reaches this proxy is let in as somebody.
            fault = $"--upstream is {upstream.IdnHost}; dev speaks with applications on this machine only";
        }

        if (!int.TryParse(arguments["--port"], out var port) || port is < 1 or > 65534)
        {
            fault = "--port is no port between 1 and 65534";
        }

        if (arguments.All("--host").FirstOrDefault(host => !Loopback.IsLoopback(host)) is { } elsewhere)
        {
            fault = $"--host is {elsewhere}; dev answers for names of this machine only, such as {elsewhere.Split('.')[0]}.localhost";
        }

        var claims = ClaimArguments.Read(arguments, null, ref fault);
        return fault.Length > 0 ? null : new DevelopmentOptions(arguments["--as"]!, claims, upstream!, port, arguments["--rules"], arguments.All("--host"));
    }

    /// <summary>A file as an operator would write it, so that it is read and checked as one.</summary>
    public string ConfigurationText(string folder, string rules, IEnumerable<string> audiences) =>
        $$"""
        realm: development
        data_folder: {{Quote(folder)}}
        serve:
          proxy: { host: 127.0.0.1, port: {{Port}}, public_urls: [{{string.Join(", ", PublicUrls().Select(Quote))}}] }
          api: { host: 127.0.0.1, port: {{Port + 1}} }
          admin: { enabled: false }
        access_rules: { sources: [ { path: {{Quote(rules)}} } ] }
        sessions: { store: memory }
        assertion: { issuer: {{Quote(Issuer)}}, audiences: [{{string.Join(", ", audiences.Select(Quote))}}] }
        drain: { delay: 0s }
        log: { level: warn, format: text }
        """;

    /// <summary>Without rules of the developer's own: all that comes in goes to the application, with everything that is known.</summary>
    public string RulesText() =>
        $$"""
        version: authproxy/v1
        rules:
        - id: dev
          match: { path: "/**" }
          authenticators: [oidc]
          mutators: [ { handler: assertion, config: { audience: app, claims: [{{string.Join(", ", Claims.EnumerateObject().Select(claim => Quote(claim.Name)))}}] } } ]
          upstream: {{Quote(Upstream.AbsoluteUri)}}
        """;

    /// <summary>The audiences that the rules name; in development every name is a declared one.</summary>
    public static IReadOnlyList<string> AudiencesOf(IEnumerable<Rule> rules)
    {
        var named = rules.SelectMany(rule => rule.Mutators)
            .Select(mutator => ((mutator.Config as ConfigMapping)?["audience"] as ConfigScalar)?.Text)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return named.Count > 0 ? named : ["app"];
    }

    private IEnumerable<string> PublicUrls() =>
        Hosts.Prepend("localhost").Prepend("127.0.0.1").Distinct(StringComparer.OrdinalIgnoreCase).Select(host => $"http://{host}:{Port}");

    // JSON text is YAML, whatever a path or a name holds.
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
