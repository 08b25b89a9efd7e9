using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Tokenizer;

/// <summary>What came of something that may be refused. An exception, in contrast, means that we or the database failed.</summary>
internal abstract record Outcome<T>
{
    private Outcome() { }

    public sealed record Ok(T Value) : Outcome<T>;

    public sealed record No(Refused Refused) : Outcome<T>;

    public static implicit operator Outcome<T>(T value) => new Ok(value);

    public static implicit operator Outcome<T>(Refused refused) => new No(refused);
}

/// <summary>A refusal and its story.</summary>
/// <param name="Refusal">For the client.</param>
/// <param name="Why">For the operator; never holds a token, a value or a credential.</param>
internal sealed record Refused(Refusal Refusal, string Why);
