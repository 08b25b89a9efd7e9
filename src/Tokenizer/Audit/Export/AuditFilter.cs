namespace AuthProxy.Tokenizer.Audit.Export;

/// <summary>Which lines are wanted.</summary>
/// <param name="Since">From this time on; milliseconds since 1970.</param>
/// <param name="Until">Before this time.</param>
/// <param name="Session">Of the session with this hash.</param>
/// <param name="Token">About the token with this hash.</param>
internal sealed record AuditFilter(long Since = long.MinValue, long Until = long.MaxValue, byte[]? Session = null, byte[]? Token = null)
{
    public bool Takes(AuditLine line) =>
        line.Time >= Since
        && line.Time < Until
        && (Session is null || line.Session.AsSpan().SequenceEqual(Session))
        && (Token is null || line.Token.AsSpan().SequenceEqual(Token));
}
