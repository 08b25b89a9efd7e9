using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Proxy.Decisions.Conventions;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Who may ask for decisions about requests that another proxy forwards, and where.</summary>
/// <param name="Listen">A listener of its own; null: decisions are asked for where probes are, as Oathkeeper has it.</param>
/// <param name="Callers">The proxies that may ask; without any nobody may.</param>
internal sealed record DecisionSettings(ListenerSettings? Listen, IReadOnlyList<DecisionCallerSettings> Callers)
{
    private const string Sentence = "Who may ask for decisions about requests that another proxy forwards, and where.";

    public static readonly Schema<DecisionSettings> Schema = Declare.Object<DecisionSettings>("serve.decisions", Sentence, o =>
    {
        var listen = o.Object("listen", ListenerSettings.Schema("serve.decisions.listen", "A listener of its own for decisions.", 4457, requireTls: true),
            "A listener of its own; without the key decisions are asked for on serve.api.").Optional();
        var callers = o.List("callers", DecisionCallerSettings.Schema, "Proxies that may ask; without the key nobody may.")
            .Must(list => list.Select(caller => caller.Name).Distinct(StringComparer.Ordinal).Count() == list.Count, "give each caller a name of its own")
            .Must(list => list.Select(caller => caller.Key?.Reveal()).OfType<string>().GroupBy(key => key, StringComparer.Ordinal).All(callers => callers.Count() == 1), "give each caller a key of its own");
        return read => new DecisionSettings(read.Get(listen), read.Get(callers));
    });

    /// <summary>What keeps the callers from being believed on the listener where they ask.</summary>
    public IEnumerable<string> Objections(ListenerSettings api)
    {
        var listener = Listen ?? api;
        if (Callers.Count > 0 && listener is { IsLoopback: false, Tls: null })
        {
            yield return "are asked for on serve.api, which is plain HTTP outside loopback; give it tls, or set serve.decisions.listen";
        }

        foreach (var objection in Callers.SelectMany(caller => caller.Objections(listener)))
        {
            yield return objection;
        }
    }
}

/// <summary>One proxy that may ask for decisions. Everything that is named must hold before a word of it is believed.</summary>
/// <param name="Name">For logs.</param>
/// <param name="Networks">Where it asks from; empty: anywhere.</param>
/// <param name="Key">What it shows in a header; null where it shows none.</param>
/// <param name="Certificate">The name in its client certificate; null where it needs none.</param>
/// <param name="Hosts">The hosts that it may ask about.</param>
/// <param name="Convention">How it states the original request.</param>
internal sealed record DecisionCallerSettings(
    string Name, IReadOnlyList<IPNetwork> Networks, Secret? Key, string? Certificate, IReadOnlyList<string> Hosts, Convention Convention)
{
    private const int ShortestKey = 32;

    public static readonly Schema<DecisionCallerSettings> Schema = Declare.Object<DecisionCallerSettings>("decision caller", "One proxy that may ask for decisions.", o =>
    {
        var name = o.Text("name", "Names the caller in logs.").NotEmpty("name the caller");
        var networks = o.List("networks", Declare.Network, "Where it asks from; without the key from anywhere. Loopback needs no other proof.");
        var key = o.Secret("key", $"What it shows in {Decisions.CallerKey.Header}: at least {ShortestKey} printable characters.")
            .Must(secret => secret.Reveal().Length >= ShortestKey && !secret.Reveal().AsSpan().ContainsAnyExceptInRange('!', '~'), $"write at least {ShortestKey} printable characters without blanks")
            .Optional();
        var certificate = o.Text("certificate", "The DNS name, URI or, where it has neither, common name in its client certificate.").NotEmpty("name the certificate").Optional();
        var hosts = o.List("hosts", Declare.Text, "Hosts that it may ask about: bank.example.com, *.example.com, or * for all.")
            .NotEmpty("name the hosts that it may ask about")
            .Must(list => list.All(IsHost), "write hosts as bank.example.com, *.example.com or *, without a port");
        var convention = o.Choice("convention", "How it states the original request.", [.. Convention.All.Select(convention => (convention.Name, convention))])
            .Default(Convention.Oathkeeper.Name);
        return read => new DecisionCallerSettings(
            read.Get(name), read.Get(networks), read.Get(key), read.Get(certificate), read.Get(hosts), read.Get(convention));
    });

    /// <summary>What keeps this caller from being believed on a listener.</summary>
    public IEnumerable<string> Objections(ListenerSettings listener)
    {
        var isLocal = Networks.Count > 0 && Networks.All(IsLoopback);
        if (Key is null && Certificate is null && listener.Socket is null && !isLocal)
        {
            yield return $"would believe caller '{Name}' without proof; give it a key or a certificate, or let decisions listen on a unix socket";
        }

        if (Certificate is not null && listener.Tls?.ClientCa is null)
        {
            yield return $"names a certificate of caller '{Name}', but the listener asks for none; set its tls.client_ca";
        }

        if (Networks.Count > 0 && listener.Socket is not null)
        {
            yield return $"names networks of caller '{Name}', but whoever comes by a unix socket has no address";
        }
    }

    private static bool IsHost(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        return text == "*" || (name.Length > 0 && !name.Contains('*') && !name.Contains('/') && (name[0] == '[' || !name.Contains(':')));
    }

    // The whole network: 127.0.0.0/7 begins on loopback, and ends elsewhere.
    private static bool IsLoopback(IPNetwork network) =>
        IPAddress.IsLoopback(network.BaseAddress) && network.PrefixLength >= (network.BaseAddress.GetAddressBytes().Length == 4 ? 8 : 128);
}
