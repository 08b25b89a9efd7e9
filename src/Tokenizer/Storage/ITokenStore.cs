namespace AuthProxy.Tokenizer.Storage;

/// <summary>
/// Everything the Tokenizer keeps. Each method that changes something is one transaction, and its conditions are checked inside it: two
/// callers, or a caller and the end of a session, never both see the state before.
/// </summary>
/// <remarks>Methods throw <see cref="StoreUnavailableException"/> when the database does not answer, and nothing else of its own.</remarks>
internal interface ITokenStore : IKeyRecords, IKeyRotationRecords, ITokenRecords, IValueSegments, IGrantRecords, ISessionRecords, ILoginRecords, ITicketRecords, ITokenLives, IGrantLists,
    IHourlyCounts, IRememberedAnswers, IAuditRecords, IAsyncDisposable
{
    /// <summary>Brings the schema up to date. Only adds.</summary>
    Task MigrateAsync(CancellationToken cancellation);

    ValueTask PingAsync(CancellationToken cancellation);

    /// <summary>Removes at most about <paramref name="limit"/> rows of each kind that nobody can use any more.</summary>
    /// <param name="now">Everything that expired before is removed.</param>
    /// <param name="attemptsIdleSince">Uploads that wrote nothing since then are given up.</param>
    /// <param name="limit">Keeps the transaction short.</param>
    /// <returns>How many rows went.</returns>
    Task<int> SweepAsync(long now, long attemptsIdleSince, int limit, CancellationToken cancellation);
}

internal interface IKeyRecords
{
    ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation);

    /// <summary>
    /// Registers the newest of the master keys where none is registered, and adds the lookup keys that are not there yet; where somebody else was
    /// first, theirs stays, and where theirs are others, nothing is added.
    /// </summary>
    /// <param name="keys">All master keys that the caller has, and the lookup keys to add.</param>
    /// <returns>All keys afterwards.</returns>
    Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation);
}

internal interface ITokenRecords
{
    /// <summary>Keeps a new token, its creator's grant and the ticket for the upload, if the session has not ended.</summary>
    Task<SessionStanding> AddTokenAsync(
        TokenRecord token, SessionRecord session, GrantRecord grant, TicketRecord upload, long now, CancellationToken cancellation);

    /// <returns>Null where there is none, or its time is over.</returns>
    ValueTask<TokenRecord?> FindTokenAsync(IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation);
}

/// <summary>The segments of values. Written in short transactions, seen by nobody until the last one.</summary>
internal interface IValueSegments
{
    /// <returns>False where the token has a value already: it never changes.</returns>
    Task<bool> BeginValueAsync(byte[] attempt, byte[] tokenRowId, long now, CancellationToken cancellation);

    /// <returns>False where the attempt was given up meanwhile.</returns>
    Task<bool> AppendSegmentsAsync(byte[] attempt, long first, IReadOnlyList<byte[]> segments, long now, CancellationToken cancellation);

    /// <summary>Makes the attempt the token's value.</summary>
    /// <returns>False where another attempt was first, the attempt was given up, or segments are missing.</returns>
    Task<bool> CompleteValueAsync(byte[] tokenRowId, StoredValue value, CancellationToken cancellation);

    /// <summary>Gives the attempt up; what it wrote is swept.</summary>
    Task AbandonValueAsync(byte[] attempt, CancellationToken cancellation);

    ValueTask<byte[]?> ReadSegmentAsync(byte[] attempt, long number, CancellationToken cancellation);
}

internal interface IGrantRecords
{
    /// <summary>Creates or replaces the grant, never past the session's end, if the session is alive.</summary>
    /// <param name="grant">What is wished for.</param>
    /// <param name="stated">The session as a proof of life states it, or null where the store must know it already.</param>
    /// <param name="terms">What must hold besides.</param>
    Task<GrantSetOutcome> SetGrantAsync(GrantRecord grant, SessionRecord? stated, GrantTerms terms, long now, CancellationToken cancellation);

    /// <summary>Uses the grant once, where its uses are counted: of any number of callers at once, no more get through than it has uses.</summary>
    Task<GrantUse> UseGrantAsync(byte[] session, byte[] tokenRowId, long now, CancellationToken cancellation);

    /// <summary>What the tokens found by <paramref name="lookups"/> are to the session; nothing where it has ended.</summary>
    ValueTask<IReadOnlyList<GrantView>> FindGrantsAsync(
        byte[] session, IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation);
}

internal interface ISessionRecords
{
    /// <summary>Remembers that the session lives, unless it has ended.</summary>
    Task<SessionStanding> NoteSessionAsync(SessionRecord session, long now, CancellationToken cancellation);

    ValueTask<bool> IsEndedAsync(byte[] session, long now, CancellationToken cancellation);

    /// <summary>Ends the session and everything it holds. Ending it again may only move <paramref name="until"/> later.</summary>
    Task EndSessionAsync(byte[] session, long until, CancellationToken cancellation);

    /// <summary>
    /// Gives what a guest's session holds to the session of whoever has logged in, and ends it; all of that or nothing. It happens once:
    /// a session that was ended has nothing left to give.
    /// </summary>
    Task<AdoptionOutcome> AdoptSessionAsync(Adoption adoption, long now, CancellationToken cancellation);
}

/// <summary>The logins of applications that own their sessions.</summary>
internal interface ILoginRecords
{
    /// <summary>
    /// Spends the marks, notes that the session lives, and keeps the login; all of that or nothing. Of any number of logins with one mark, one succeeds.
    /// </summary>
    /// <param name="replaces">
    /// What the browser showed before. Where that is a login of the same session it lives on instead of the new one, until the new one's end;
    /// otherwise it is gone.
    /// </param>
    Task<LoginOutcome> AddLoginAsync(LoginRecord login, byte[]? replaces, IReadOnlyList<SpentMark> marks, long now, CancellationToken cancellation);

    /// <returns>Null where there is none, its time is over, or its session has ended.</returns>
    ValueTask<LoginRecord?> FindLoginAsync(byte[] login, long now, CancellationToken cancellation);
}

internal interface ITicketRecords
{
    /// <summary>Keeps the ticket if the session is not ended and holds a grant, never past that grant's end. That is one use of the grant.</summary>
    Task<TicketIssue> IssueDownloadAsync(TicketRecord ticket, long now, CancellationToken cancellation);

    /// <summary>Takes the ticket: of any number of callers at once, one gets it.</summary>
    Task<TicketOutcome> RedeemAsync(byte[] ticket, byte[] session, TicketUse use, long now, CancellationToken cancellation);
}
