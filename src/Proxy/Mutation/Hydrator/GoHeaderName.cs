namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>A header name in the one form in which Go's programs look it up: <c>X-Request-Id</c>.</summary>
internal static class GoHeaderName
{
    public static string Of(string name) => string.Create(name.Length, name, static (canonical, written) =>
    {
        var upper = true;
        for (var index = 0; index < written.Length; index++)
        {
            canonical[index] = upper ? char.ToUpperInvariant(written[index]) : char.ToLowerInvariant(written[index]);
            upper = written[index] == '-';
        }
    });
}
