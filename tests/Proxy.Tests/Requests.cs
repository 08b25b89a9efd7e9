using System.Net;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests;

/// <summary>Requests as the stages see them, without a server.</summary>
internal static class Requests
{
    public static readonly PublicAddress Address = new("https", "app.example.test");

    public static (HttpContext Context, ProxiedRequest Request) Create(
        string method = "GET", string target = "/", RequestKind kind = RequestKind.Programmatic, bool upgrade = false, string host = "app.example.test",
        params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Response.Body = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            context.Request.Headers.Append(name, value);
        }

        var canonical = Assert.IsType<TargetOutcome.Canonical>(CanonicalTarget.Parse(target, TargetOptions.Strict)).Target;
        var request = new ProxiedRequest(new FrozenRequest(
            method, Address with { Host = host }, canonical, context.Request.Headers, IPAddress.Loopback, kind, upgrade), PreparedRules.Empty);
        context.Features.Set(request);
        return (context, request);
    }

    public static Subject Alice(string claims = "{}", SessionIdentity? session = null) =>
        new("https://issuer.example", "alice", JsonDocument.Parse(claims).RootElement, session);

    /// <summary>Puts a request under the only rule of a set.</summary>
    public static PreparedRule Under(this ProxiedRequest request, PreparedRules rules)
    {
        var rule = rules.Rules.Single();
        request.Match = new RuleMatch(rules, rule, default);
        return rule;
    }

    public static string BodyOf(HttpContext context) => System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    public static ProxySettings Settings(string yaml = "")
    {
        var document = ConfigDocument.Parse(yaml, "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        return document.Read(ProxySettings.Schema) ?? throw new InvalidOperationException(string.Join('\n', document.Faults));
    }

    /// <summary>What a kind may know about one use in a rule.</summary>
    public static HandlerPreparation Use(string config = "{}", RuleForm form = RuleForm.AuthProxy, Rule? rule = null)
    {
        var faults = new ConfigFaults();
        var node = ConfigReader.ReadText(config, "rules.yaml", faults).Single();
        Assert.Empty(faults);
        return new HandlerPreparation(form, rule, node, new HandlerUse("handler", null, "rules.yaml", 1, "rule 'r': handler"), 1, faults);
    }

    public static Rule Rule(string upstream = "http://127.0.0.1:3000", string more = "") =>
        RuleFileReader.LoadText(
            $"""
            version: authproxy/v1
            rules:
              - id: r
                match: {"{"} path: "/**" {"}"}
                upstream: {upstream}
                authenticators: [anonymous]
                {more}
            """,
            "rules.yaml").Rules.Single();
}
