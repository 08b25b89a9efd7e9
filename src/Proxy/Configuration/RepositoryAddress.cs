using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>One of Oathkeeper's <c>repositories</c>.</summary>
internal static class RepositoryAddress
{
    private const string SchemeEnd = "://";

    /// <summary>How often an address is asked for which nobody says it; Oathkeeper asks once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public static readonly Schema<RuleOrigin> Schema = Declare.Text.Select<string, RuleOrigin>(Read);

    private static RuleOrigin? Read(string text, ConfigNode node, ConfigFaults faults)
    {
        var end = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        var rest = end < 0 ? text : text[(end + SchemeEnd.Length)..];
        switch (end < 0 ? "file" : text[..end].ToLowerInvariant())
        {
            // Oathkeeper's file://./rules.yaml is relative to the working folder, although no URL standard says so.
            case "file" when rest.Length > 0:
                return new RuleOrigin.Files(rest, MayBeMissing: true);
            case "inline":
                return ReadInline(rest, node, faults);
            case "http" or "https":
                return ReadUrl(text, node, faults);
            case "s3" or "gs" or "azblob":
                faults.Add(node, "is in an object store, which this Proxy holds no credentials for; let the store's own client keep a file (a sidecar or mount), or serve it over https");
                return null;
            default:
                faults.Add(node, "is no source of rules; write a path, or a file://, inline://, http:// or https:// address");
                return null;
        }
    }

    private static RuleOrigin.Inline? ReadInline(string base64, ConfigNode node, ConfigFaults faults)
    {
        var bytes = new byte[base64.Length];
        if (base64.Length == 0 || !Convert.TryFromBase64String(base64, bytes, out var length))
        {
            faults.Add(node, "holds no base64 after inline://; write the rule file's text as standard base64 with its padding");
            return null;
        }

        return new RuleOrigin.Inline($"{node.Key} (inline)", bytes.AsMemory(0, length));
    }

    private static RuleOrigin.Address? ReadUrl(string text, ConfigNode node, ConfigFaults faults)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            faults.Add(node, "is no address; write https://host/path");
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            faults.Add(node, "holds user information; write the address under access_rules.sources, with authorization");
            return null;
        }

        if (Loopback.CouldBeRead(url))
        {
            faults.Warn(node, "is plain http to another machine: whoever is on the way there writes the rules of this Proxy; write https");
        }

        return new RuleOrigin.Address(url, Interval, null);
    }
}
