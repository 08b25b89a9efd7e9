using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Where the rules of one source are.</summary>
internal abstract record RuleOrigin
{
    private RuleOrigin()
    {
    }

    /// <summary>A file, or a folder of which every .yaml, .yml and .json file counts.</summary>
    /// <param name="Path">The file or folder.</param>
    /// <param name="MayBeMissing">Whether the others go into force without it until it appears.</param>
    public sealed record Files(string Path, bool MayBeMissing) : RuleOrigin;

    /// <summary>The text itself.</summary>
    /// <param name="Name">What faults call it.</param>
    /// <param name="Utf8">The text of a rule file.</param>
    public sealed record Inline(string Name, ReadOnlyMemory<byte> Utf8) : RuleOrigin;

    /// <summary>An address that is asked again and again.</summary>
    /// <param name="Url">http or https.</param>
    /// <param name="Interval">How often.</param>
    /// <param name="Authorization">What the Authorization header says; null for none.</param>
    public sealed record Address(Uri Url, TimeSpan Interval, Secret? Authorization) : RuleOrigin
    {
        /// <summary>What faults and logs call it: user information and query may be secrets.</summary>
        public string Name { get; } = Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }
}
