using System.Text.Json.Serialization;

namespace AuthProxy.Sdk.Tests.Tokens;

/// <summary>What the tests' applications take and give.</summary>
public sealed record Account(string Name, [Token] string? SsnToken, Card? Card = null);

public sealed class Card
{
    [Token(GrantSeconds = 90)]
    public string? Number { get; init; }

    [Token]
    public IReadOnlyList<string>? Notes { get; init; }

    public Dictionary<string, Account>? Holders { get; init; }

    [JsonIgnore]
    public Card? Itself => this;
}

public sealed class Ring
{
    public Ring? Next { get; set; }

    [Token]
    public string? Token { get; set; }
}
