using Microsoft.AspNetCore.Mvc;

namespace AuthProxy.Sdk;

/// <summary>Thrown when a grant could not be made or is not there: never go on with the token then.</summary>
/// <remarks>The message is for logs and names no token, no value and no session.</remarks>
public sealed class TokenizerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="name">The stable reason, see <see cref="Name"/>.</param>
    /// <param name="code">The HTTP status that fits the reason, see <see cref="Code"/>.</param>
    /// <param name="message">What happened, for the log.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    public TokenizerException(string name, int code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Name = name;
        Code = code;
    }

    /// <summary>The grant is missing or has expired: the session may not use this token.</summary>
    public const string GrantMissing = "grant-missing";

    /// <summary>A text that should be a token does not have a token's shape; the empty text neither.</summary>
    public const string TokenMalformed = "token-malformed";

    /// <summary>Nothing was given to verify, which must not count as verified.</summary>
    public const string TokenMissing = "token-missing";

    /// <summary>One request or answer holds more tokens than anybody needs at once.</summary>
    public const string TokensTooMany = "tokens-too-many";

    /// <summary>The request carries no session of the Proxy, or nobody is signed in.</summary>
    public const string SessionMissing = "session-missing";

    /// <summary>The Tokenizer could not be reached, or not in time.</summary>
    public const string TokenizerUnavailable = "tokenizer-unavailable";

    /// <summary>The Tokenizer answered something that cannot be read.</summary>
    public const string AnswerInvalid = "tokenizer-answer-invalid";

    /// <summary>The reason: one of this class's constants, or the Tokenizer's own refusal such as <c>foreign-token</c>.</summary>
    public string Name { get; }

    /// <summary>The HTTP status of the Tokenizer's refusal, or the one that fits the reason.</summary>
    public int Code { get; }

    /// <summary>This refusal for the caller, as RFC 9457 problem details: status, reason and nothing to aim by.</summary>
    public ProblemDetails ToProblemDetails() => new() { Status = Code, Type = "urn:authproxy:refusal:" + Name, Title = Name };
}
