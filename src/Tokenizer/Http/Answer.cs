using System.Text.Json;

namespace AuthProxy.Tokenizer.Http;

/// <summary>What an endpoint has to say.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary>200, <c>success: true</c>, and whatever is written into <c>data</c>.</summary>
    public sealed record Data(Action<Utf8JsonWriter> Write) : Answer;

    /// <summary>An answer of our own interface: the status, and an object without anything around it.</summary>
    public sealed record Plain(int Status, Action<Utf8JsonWriter> Write) : Answer;

    /// <summary>An answer of our own interface that says nothing but that it was done: 204.</summary>
    public sealed record Done : Answer;

    /// <summary>An object that was written before, as it is.</summary>
    public sealed record Repeated(int Status, ReadOnlyMemory<byte> Json) : Answer;

    /// <summary>The refusal: as problem details under /v1, in LunaDefend's envelope elsewhere.</summary>
    public sealed record No(Refused Refused) : Answer;

    /// <summary>200 and <c>success: false</c>, for the one question whose answer is always a success.</summary>
    public sealed record NoSession(Refused Refused) : Answer;

    /// <summary>The endpoint wrote the response itself.</summary>
    public sealed record Written : Answer;

    public static Answer Empty { get; } = new Data(_ => { });

    public static implicit operator Answer(Refused refused) => new No(refused);
}
