using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Http;

namespace AuthProxy.Tokenizer.Api;

/// <summary>One operation of our own interface: a POST of a JSON object. Alone or in a batch, it is the same.</summary>
/// <param name="Members">The members that the object may have: a misspelt one is refused, and never means that something was left out.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Operation<TCaller>(
    string Path, AuditAction Action, IReadOnlyCollection<string> Members, Func<TCaller, JsonBody, CancellationToken, Task<Answer>> RunAsync)
{
    /// <summary>Whether its answer may be kept for whoever repeats the request. Never where values are in it.</summary>
    public bool IsRemembered { get; init; }
}
