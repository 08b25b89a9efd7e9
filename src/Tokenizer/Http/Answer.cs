using System.Text.Json;

namespace AuthProxy.Tokenizer.Http;

/// <summary>What an endpoint has to say.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>200, <c>success: true</c>, and whatever is written into <c>data</c>.</summary>
    public sealed record Data(Action<Utf8JsonWriter> Write) : Answer;

    /// <summary>The refusal in LunaDefend's envelope.</summary>
    public sealed record No(Refused Refused) : Answer;

    /// <summary>200 and <c>success: false</c>, for the one question whose answer is always a success.</summary>
    public sealed record NoSession(Refused Refused) : Answer;

    /// <summary>The endpoint wrote the response itself.</summary>
    public sealed record Written : Answer;

    public static Answer Empty { get; } = new Data(_ => { });

    public static implicit operator Answer(Refused refused) => new No(refused);
}
