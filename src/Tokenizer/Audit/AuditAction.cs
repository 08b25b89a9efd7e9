namespace AuthProxy.Tokenizer.Audit;

/// <summary>What somebody did, or was refused. The names in lines and exports are those of <see cref="AuditActions"/>, for good.</summary>
internal enum AuditAction
{
    /// <summary>Something without consequences here, or something that could not be made out.</summary>
    Ask,
    Tokenize,
    Upload,
    Detokenize,
    Download,
    ReadMetadata,
    SetGrant,
    CheckGrant,
    SignIn,
    EndSession,
    AdoptSession,
    DeleteToken,
    BindToken,
    ListGrants,
    RevokeGrants,
}

internal static class AuditActions
{
    private static readonly Dictionary<AuditAction, string> Names = new()
    {
        [AuditAction.Ask] = "ask",
        [AuditAction.Tokenize] = "tokenize",
        [AuditAction.Upload] = "upload",
        [AuditAction.Detokenize] = "detokenize",
        [AuditAction.Download] = "download",
        [AuditAction.ReadMetadata] = "read-metadata",
        [AuditAction.SetGrant] = "set-grant",
        [AuditAction.CheckGrant] = "check-grant",
        [AuditAction.SignIn] = "sign-in",
        [AuditAction.EndSession] = "end-session",
        [AuditAction.AdoptSession] = "adopt-session",
        [AuditAction.DeleteToken] = "delete-token",
        [AuditAction.BindToken] = "bind-token",
        [AuditAction.ListGrants] = "list-grants",
        [AuditAction.RevokeGrants] = "revoke-grants",
    };

    public static string NameOf(AuditAction action) => Names[action];
}
