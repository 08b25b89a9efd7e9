using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>Decides where a rule's requests go when the rule loads.</summary>
internal sealed class UpstreamFactory(ProxySettings settings, UpstreamClients clients, EveryUpstream? instead = null)
{
    /// <summary>Null for a rule that forwards nowhere, or, with the fault told, one whose upstream cannot be used.</summary>
    public Upstream? Create(Rule rule, ConfigFaults faults)
    {
        if (rule.Upstream is not { IsInvalid: false } use)
        {
            return null;
        }

        if ((use.IsTokenizer ? settings.Tokenizer.UsersUrl : instead?.Url ?? use.Url) is not { } url)
        {
            Fault(rule, "is the Tokenizer, but tokenizer.users_url names no address", faults);
            return null;
        }

        // A rule that names the Tokenizer by its address would get the client's request there without the rules that hold for it.
        if (!use.IsTokenizer && settings.Tokenizer.UsersUrl is { } users && SameOrigin(url, users))
        {
            Fault(rule, "is the Tokenizer's address; write the word tokenizer, so that it gets the assertion it believes", faults);
            return null;
        }

        var origin = OriginOf(url);
        return new Upstream(origin, url.AbsolutePath.TrimEnd('/'), use.StripPath, use.PreserveHost, use.IsTokenizer, ProtocolOf(origin, rule), clients.For(settings.Forwarding.Tls.GetValueOrDefault(origin)))
        {
            StripsAnywhere = use.StripsAnywhere,
        };
    }

    private ForwarderRequestConfig ProtocolOf(string origin, Rule rule)
    {
        // HTTP/2 without TLS cannot be negotiated: the upstream speaks it, or it does not.
        var http2Only = settings.Forwarding.Http2.Contains(origin, StringComparer.OrdinalIgnoreCase);
        return new ForwarderRequestConfig
        {
            ActivityTimeout = rule.Timeouts.Activity ?? settings.Forwarding.ActivityTimeout,
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = http2Only ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    private static string OriginOf(Uri url) => url.IsDefaultPort ? $"{url.Scheme}://{url.IdnHost}" : $"{url.Scheme}://{url.IdnHost}:{url.Port}";

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static void Fault(Rule rule, string message, ConfigFaults faults) =>
        faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: upstream", message));
}
