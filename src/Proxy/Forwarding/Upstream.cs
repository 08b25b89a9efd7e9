using AuthProxy.Rules;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>Where a rule's requests go, decided when the rule loads.</summary>
/// <param name="Origin">Scheme, host and port to connect to.</param>
/// <param name="BasePath">What stands before each path: empty, or <c>/base</c> without a slash at its end.</param>
/// <param name="StripPath">Whole leading segments that the upstream does not see, such as <c>/api</c>; null for none.</param>
/// <param name="PreserveHost">Whether the upstream sees the public host name or its own.</param>
/// <param name="IsTokenizer">Whether this is the Tokenizer, whose audiences no other upstream is given.</param>
/// <param name="Protocol">Protocol version and the longest silence.</param>
/// <param name="Client">The connections to it.</param>
internal sealed record Upstream(
    string Origin,
    string BasePath,
    string? StripPath,
    bool PreserveHost,
    bool IsTokenizer,
    ForwarderRequestConfig Protocol,
    HttpMessageInvoker Client)
{
    // Uri would turn %41 into A and %7e into ~; what was matched has to arrive byte for byte.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Whether <see cref="StripPath"/> is taken out where it first occurs in the joined path, as Oathkeeper does, instead of in front only.</summary>
    public bool StripsAnywhere { get; init; }

    /// <summary>The request target for this upstream: the canonical target's own bytes behind the base path.</summary>
    public Uri AddressOf(CanonicalTarget target) => StripsAnywhere
        ? new(string.Concat(Origin, StripFirst(BasePath + target.Path), target.Query), AsWritten)
        : new(string.Concat(Origin, BasePath, Strip(target), target.Query), AsWritten);

    /// <summary>Whether there is a path left to ask for: "/api" taken from "/apiary" leaves none.</summary>
    public bool CanAddress(CanonicalTarget target) => !StripsAnywhere || StripFirst(BasePath + target.Path)[0] == '/';

    // Only whole segments at the front: cutting text out of the middle would make another path than the rule saw.
    private ReadOnlySpan<char> Strip(CanonicalTarget target) => StripPath is null ? target.Path : target.PathBehind(StripPath);

    // No dot segment can come of it: what a segment is joined to is a segment of a canonical path, and so neither empty nor a dot.
    private string StripFirst(string path)
    {
        var at = StripPath is null ? -1 : path.IndexOf(StripPath, StringComparison.Ordinal);
        var left = at < 0 ? path : path.Remove(at, StripPath!.Length);
        return left.Length > 0 ? left : "/";
    }
}
