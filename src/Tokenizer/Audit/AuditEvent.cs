namespace AuthProxy.Tokenizer.Audit;

/// <summary>Something that happened, before it has a place in a chain.</summary>
/// <param name="Request">Null where nobody knows who asked.</param>
/// <param name="Refusal">Why it was refused; null where it was done.</param>
/// <param name="Session">The keyed hash of the session that is concerned.</param>
/// <param name="Token">The keyed hash of the token that is concerned.</param>
/// <param name="Count">How many requests it stands for.</param>
internal sealed record AuditEvent(
    AuditAction Action, AuditedRequest? Request, string? Refusal = null, byte[]? Session = null, byte[]? Token = null, long Count = 1);

/// <summary>The audit cannot be written, so what needs a line in it does not happen.</summary>
internal sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
