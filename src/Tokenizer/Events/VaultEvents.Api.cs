using AuthProxy.Tokenizer.Audit;

namespace AuthProxy.Tokenizer.Events;

/// <summary>What happens by our own interface, whoever asks for it.</summary>
internal sealed partial class VaultEvents
{
    public async Task TokenizedAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.Tokenize, request, cancellation);
        _tokenized.Add(1, Application(application));
        Log.Tokenized(_log, application);
    }

    /// <summary>Before the answer that holds the value is written.</summary>
    public async Task ReleasingAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.Download, request, cancellation);
        _downloaded.Add(1, Application(application));
        Log.Downloaded(_log, application);
    }

    public async Task DescribedAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.ReadMetadata, request, cancellation);
        _metadataRead.Add(1, Application(application));
    }

    public async Task DeletedAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.DeleteToken, request, cancellation);
        _deleted.Add(1, Application(application));
        Log.Deleted(_log, application);
    }

    public async Task BoundAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.BindToken, request, cancellation);
        _bound.Add(1, Application(application));
    }

    public Task GrantsListedAsync(AuditedRequest request, CancellationToken cancellation) => AuditAsync(AuditAction.ListGrants, request, cancellation);

    public async Task GrantsRevokedAsync(AuditedRequest request, string application, int grants, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.RevokeGrants, request, cancellation);
        _grantsRevoked.Add(grants, Application(application));
        Log.GrantsRevoked(_log, request.Caller, application, grants);
    }
}
