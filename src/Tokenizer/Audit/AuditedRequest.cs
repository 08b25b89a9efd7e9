using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// What the audit says of a request whose caller is known, whatever becomes of it: who asks is there from the start, what it is about is filled
/// in as it becomes known, so that a refusal names it too.
/// </summary>
internal sealed class AuditedRequest
{
    /// <summary>The trust entry whose credential it came with; empty where that is the cookie of a login.</summary>
    public required string Caller { get; init; }

    /// <summary>The id of the key that signed the credential.</summary>
    public string? KeyId { get; init; }

    /// <summary>The name under which logs, traces and the client's error know the request.</summary>
    public required string TraceId { get; init; }

    /// <summary>What allows it: the rule of the proxy, where the assertion names it, or the policy of a service.</summary>
    public string? Rule { get; set; }

    /// <summary>Null as long as the caller may mean any of several.</summary>
    public string? Application { get; set; }

    /// <summary>Who gave the subject its name; null where no person asks.</summary>
    public string? Issuer { get; set; }

    public string? Subject { get; set; }

    /// <summary>The hash of the session that asks, or that a service asks about.</summary>
    public byte[]? Session { get; set; }

    public DataToken? Token { get; set; }

    /// <summary>One of several things that are asked for in one request.</summary>
    public AuditedRequest Part() => new()
    {
        Caller = Caller,
        KeyId = KeyId,
        TraceId = TraceId,
        Rule = Rule,
        Application = Application,
        Issuer = Issuer,
        Subject = Subject,
        Session = Session,
        Token = Token,
    };
}
