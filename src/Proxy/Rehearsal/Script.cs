using AuthProxy.Hosting.Refusals;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>What the stand-ins of a rehearsal go by while one request is played, and what they were asked.</summary>
internal sealed class Script
{
    private readonly List<string> _unanswered = [];
    private readonly HashSet<RuleTestAnswer> _used = new(ReferenceEqualityComparer.Instance);

    /// <summary>Who is asking; null where the request's own credentials say.</summary>
    public RuleTestSubject? As { get; init; }

    /// <summary>What services answer.</summary>
    public IReadOnlyList<RuleTestAnswer> Answers { get; init; } = [];

    /// <summary>The tokens that the session holds grants for; null where nobody knows.</summary>
    public IReadOnlyList<string>? Grants { get; init; }

    /// <summary>Whether anybody outside was asked: what the handlers remember of it is good for this script alone.</summary>
    public bool HasAsked => _used.Count > 0 || _unanswered.Count > 0;

    /// <summary>Who would have been asked and has no answer here, such as <c>POST https://check.example/allow</c>.</summary>
    public IReadOnlyList<string> Unanswered => _unanswered;

    /// <summary>The answers that nobody asked for.</summary>
    public IEnumerable<RuleTestAnswer> Unused => Answers.Where(answer => !_used.Contains(answer));

    /// <summary>What ended the request, once something did.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The operator's side of it.</summary>
    public string Why { get; private set; } = "";

    /// <summary>What the upstream would have got, once the request has passed every stage.</summary>
    public UpstreamRequest? Passed { get; set; }

    /// <summary>The first answer that is for this question; null, and noted, where there is none.</summary>
    public RuleTestAnswer? Find(HttpMethod method, Uri address)
    {
        if (Answers.FirstOrDefault(answer => IsFor(answer, method, address)) is { } found)
        {
            _used.Add(found);
            return found;
        }

        Miss($"{method} {Named(address)}");
        return null;
    }

    public void Miss(string question) => _unanswered.Add(question);

    public void Refused(Refusal refusal, string why) => (Refusal, Why) = (refusal, why);

    private static bool IsFor(RuleTestAnswer answer, HttpMethod method, Uri address) =>
        (answer.Method is null || answer.Method.Equals(method.Method, StringComparison.OrdinalIgnoreCase))
        && (answer.Url.Query.Length == 0 ? Named(answer.Url) == Named(address) : answer.Url.AbsoluteUri == address.AbsoluteUri);

    /// <summary>An address as it may be printed and logged: queries and user information may hold keys.</summary>
    public static string Named(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}

/// <summary>Holds the script of the request that is being played; one at a time.</summary>
internal sealed class Prompter
{
    private volatile Script _script = new();

    public Script Script
    {
        get => _script;
        set => _script = value;
    }
}

/// <summary>What an upstream would have got.</summary>
/// <param name="Address">Where the request would have gone; null for a rule that forwards nowhere.</param>
/// <param name="Headers">The headers by name, several values of a name joined by commas.</param>
internal sealed record UpstreamRequest(string? Address, IReadOnlyDictionary<string, string> Headers);
