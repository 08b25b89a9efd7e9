using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Where requests go, in our form: an address, the word <c>tokenizer</c>, or an address with settings.</summary>
internal static class UpstreamSchema
{
    private const string Tokenizer = "tokenizer";

    public static readonly Schema<UpstreamUse> Schema = Declare.OneOf(
        scalar: Declare.Text.Select(ReadAddress),
        mapping: Declare.Object<UpstreamUse?>("upstream", "Where the rule's requests go.", o =>
        {
            var url = o.Text("url", "Scheme, host, port and base path of the application, or the word tokenizer.");
            var preserveHost = o.Boolean("preserve_host", "Passes the client's Host on instead of the upstream's own. The Tokenizer always gets the client's.").Default(false);
            var stripPath = o.Text("strip_path", "Leading path segments that are taken off before forwarding, such as /api.").Optional();
            return read =>
            {
                var faults = new ConfigFaults();
                var address = ReadAddress(read.Get(url), read.NodeOf(url)!, faults);
                foreach (var fault in faults)
                {
                    read.Fault(url, fault.Message);
                }

                return address is null ? null : address with
                {
                    PreserveHost = address.PreserveHost || read.Get(preserveHost),
                    StripPath = StripPath(read.Get(stripPath)),
                };
            };
        })!);

    /// <summary>One slash in front and none behind, as the original reads it; null for nothing to strip.</summary>
    public static string? StripPath(string? written) =>
        written?.Trim('/') is { Length: > 0 } segments ? TargetPath.Read("/" + segments, TargetOptions.Strict) is { Fault: null, MatchPath: var decoded } ? decoded : "/" + segments : null;

    private static UpstreamUse? ReadAddress(string text, ConfigNode node, ConfigFaults faults)
    {
        if (text == Tokenizer)
        {
            // The Tokenizer tells its applications apart by the host that the browser asked for.
            return new UpstreamUse { IsTokenizer = true, PreserveHost = true };
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme is not ("http" or "https")) || url.Host.Length == 0)
        {
            faults.Add(node, "is no upstream; write an address with http:// or https://, or the word tokenizer");
            return null;
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            faults.Add(node, "holds user information, a query or a fragment, which are never sent");
            return null;
        }

        return new UpstreamUse { Url = url };
    }
}
