using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>The sessions of the realm as an operator may see them: ids and times, of nobody known who it is.</summary>
internal sealed class SessionDirectory(ISessionStore store, RealmKeys keys)
{
    private readonly SessionIndexer _indexer = new(keys);

    /// <summary>All sessions, page by page.</summary>
    public async ValueTask<SessionPage> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var page = await store.ListAllAsync(after, limit, cancellation);
        return new SessionPage([.. page.Items.Select(Entry)], page.Next);
    }

    /// <summary>The sessions of one subject.</summary>
    public ValueTask<SessionPage> ListOfSubjectAsync(string issuer, string subject, int limit, CancellationToken cancellation) =>
        ListAsync(_indexer.KeysOfSubject(issuer, subject), limit, cancellation);

    /// <summary>The sessions that came of one session at the provider.</summary>
    public ValueTask<SessionPage> ListOfProviderSessionAsync(string issuer, string providerSid, int limit, CancellationToken cancellation) =>
        ListAsync(_indexer.KeysOfProviderSession(issuer, providerSid), limit, cancellation);

    private async ValueTask<SessionPage> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation) =>
        new([.. (await store.ListAsync(lookup, limit, cancellation)).Select(Entry)], null);

    private SessionEntry Entry(StoredIndex stored) => new(stored.Sid, _indexer.Check(stored.Sid, stored.Record));
}

/// <param name="Entries">In no order that means anything.</param>
/// <param name="Next">Where the next page begins; null where this is the last.</param>
internal sealed record SessionPage(IReadOnlyList<SessionEntry> Entries, string? Next);

/// <param name="Sid">The public id, as the store has it.</param>
/// <param name="Index">What this realm wrote of it; null where another hand did, and nothing of it can be believed.</param>
internal sealed record SessionEntry(string Sid, SessionIndex? Index);
