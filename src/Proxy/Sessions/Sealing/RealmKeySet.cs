namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>The versions of a realm's key as they were found together.</summary>
/// <param name="All">All versions, oldest first; each of them opens.</param>
/// <param name="Current">The one of them that seals.</param>
/// <param name="Since">From when on it sealed, as far as that is written down.</param>
internal sealed record RealmKeySet(IReadOnlyList<RealmKey> All, RealmKey Current, DateTimeOffset? Since)
{
    public RealmKey Newest => All[^1];
}
