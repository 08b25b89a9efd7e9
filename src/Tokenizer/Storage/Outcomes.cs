namespace AuthProxy.Tokenizer.Storage;

/// <summary>What the store knows of a session at the moment of a change.</summary>
internal enum SessionStanding
{
    Alive,

    /// <summary>It was ended. This wins over everything that anybody says about the session later.</summary>
    Ended,

    /// <summary>Nobody who may say so has shown that it lives, or its time is over.</summary>
    Unknown,

    /// <summary>Its id is known as another subject's.</summary>
    AnotherSubjects,
}

internal abstract record GrantSetOutcome
{
    private GrantSetOutcome() { }

    public sealed record Granted(long ExpiresAt) : GrantSetOutcome;

    public sealed record NoSession(SessionStanding Standing) : GrantSetOutcome;

    public sealed record NotOwner : GrantSetOutcome;

    /// <summary>The session was granted as many tokens in this hour as it may be.</summary>
    public sealed record LimitReached : GrantSetOutcome;
}

internal enum GrantUse
{
    Used,
    SessionEnded,

    /// <summary>There is no grant, or it was used as often as it may be.</summary>
    GrantMissing,
}

internal abstract record AdoptionOutcome
{
    private AdoptionOutcome() { }

    public sealed record Adopted(int Grants, int Tokens) : AdoptionOutcome;

    /// <summary>The guest's session was ended before; perhaps by this very adoption, whose answer was lost.</summary>
    public sealed record NothingLeft : AdoptionOutcome;

    /// <summary>One of the two sessions is not what the caller takes it for.</summary>
    public sealed record Refused(SessionStanding Standing) : AdoptionOutcome;
}

internal abstract record LoginOutcome
{
    private LoginOutcome() { }

    public sealed record Begun : LoginOutcome;

    /// <summary>The login that the browser showed lives on.</summary>
    public sealed record Renewed : LoginOutcome;

    /// <summary>Something that is good once was used before.</summary>
    public sealed record AlreadySpent : LoginOutcome;

    public sealed record NoSession(SessionStanding Standing) : LoginOutcome;
}

internal enum TicketIssue
{
    Issued,
    SessionEnded,
    GrantMissing,
}

internal abstract record TicketOutcome
{
    private TicketOutcome() { }

    public sealed record Redeemed(TicketRecord Ticket) : TicketOutcome;

    /// <summary>Never issued, used before, expired, another session's or for another method: nobody is told which.</summary>
    public sealed record Invalid : TicketOutcome;

    public sealed record SessionEnded : TicketOutcome;

    public sealed record GrantMissing : TicketOutcome;
}

/// <summary>The database cannot be used right now; the caller may try again later.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
