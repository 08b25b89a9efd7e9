namespace AuthProxy.Hosting.Configuration;

/// <summary>One thing that is wrong in what an operator wrote, with the place to look at.</summary>
/// <param name="Line">1-based; 0 where lines make no sense (an environment variable, a missing file).</param>
/// <param name="Key">Full path of the key, such as <c>authenticators.jwt.config.clock_skew</c>; empty for faults of the text as a whole.</param>
public sealed record ConfigFault(string File, int Line, string Key, string Message)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        return Key.Length > 0 ? $"{place}: {Key} {Message}" : $"{place}: {Message}";
    }
}
