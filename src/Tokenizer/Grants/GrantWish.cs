using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Grants;

/// <summary>A grant that is asked for.</summary>
/// <param name="If">What must hold between session and token.</param>
internal sealed record GrantWish(NamedSession Session, DataToken Token, GrantIf If)
{
    /// <summary>How long it is to hold, as durations are written; absent or empty: as long as is usual.</summary>
    public string? Duration { get; init; }

    /// <summary>How many times the value may be read; null: any number of times.</summary>
    public int? Uses { get; init; }

    /// <summary>The record that the token must belong to, where <see cref="If"/> says so.</summary>
    public string? Record { get; init; }
}
