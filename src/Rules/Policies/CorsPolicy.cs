namespace AuthProxy.Rules.Policies;

/// <summary>Which pages of other origins may read answers, and what they may send (Fetch standard, CORS protocol).</summary>
public sealed class CorsPolicy
{
    /// <summary>Stands for any origin or header.</summary>
    public const string Any = "*";

    private readonly IReadOnlyList<OriginPattern> _origins;

    internal CorsPolicy(bool anyOrigin, IReadOnlyList<OriginPattern> origins)
    {
        AllowsAnyOrigin = anyOrigin;
        _origins = origins;
    }

    /// <summary>Whether every page may read answers; never together with credentials.</summary>
    public bool AllowsAnyOrigin { get; }

    /// <summary>The methods that pages may use; null: those that the rule is for.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The request headers that pages may set; a single <c>*</c> for any.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The answer's headers that pages may read beside the simple ones.</summary>
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>Whether pages may send cookies and read the answer.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>How many seconds a browser may remember the answer to a preflight; 0: as it likes.</summary>
    public int MaxAge { get; init; }

    /// <summary>Whether pages of this origin, as the browser wrote it, may read answers.</summary>
    public bool AllowsOrigin(string origin)
    {
        foreach (var pattern in _origins)
        {
            if (pattern.Matches(origin))
            {
                return true;
            }
        }

        return AllowsAnyOrigin;
    }

    /// <summary>Whether pages may use this method; a rule's policy is only asked about methods of the rule.</summary>
    public bool AllowsMethod(string method) => Methods is null || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);
}
