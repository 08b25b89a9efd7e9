namespace AuthProxy.Proxy.Sessions.News;

/// <summary>
/// Keeps account of who publishes and what of it was heard, and so knows until when nothing can have been missed. Two rules. Silence
/// suspends: whoever is on the roll and was not heard of late may be saying something that does not arrive; once heard again in order,
/// nothing was missed. A gap invalidates: something was said and not heard, so whatever was read before must be read again.
/// It has no clock, no lock and no channel: times are timestamps that it is given, and its owner sees to order.
/// </summary>
/// <param name="own">This process. It hears itself as it hears the others, which proves that the channel works from end to end.</param>
/// <param name="silence">How long a publisher's last word counts.</param>
internal sealed class NewsLedger(PublisherId own, long silence)
{
    /// <summary>A realm of more replicas than this is not followed: everything stays unconfirmed.</summary>
    public const int MaximumPublishers = 1024;

    private readonly Dictionary<PublisherId, Account> _accounts = [];
    private long _ownWord = long.MinValue;
    private long? _rollCalledAt;
    private long _calls;
    private bool _rollTooLong;

    /// <summary>Until when what was read after the last gap may be served without asking; not later than now where it may not.</summary>
    public long ConfirmedUntil { get; private set; } = long.MinValue;

    /// <summary>Publishers that are followed or have just been heard for the first time.</summary>
    public int Count => _accounts.Count;

    /// <summary>A message that is this realm's was received.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">Now.</param>
    public NewsVerdict Hear(NewsMessage message, long at)
    {
        if (!_accounts.TryGetValue(message.Publisher, out var account))
        {
            if (_accounts.Count >= 2 * MaximumPublishers)
            {
                return NewsVerdict.Ignored;
            }

            account = new Account();
            _accounts.Add(message.Publisher, account);
        }

        if (message.Number <= account.Number)
        {
            return NewsVerdict.Old;
        }

        var missed = message.Number != account.Number + 1;
        account.Number = message.Number;
        account.MissedSome |= missed;
        account.HasLeft |= message.Kind == NewsMessageKind.Goodbye;

        // The channel has one order: what is heard behind our own word was said after we spoke, however long it took to get here.
        _ownWord = message.Publisher == own ? message.SentAt : _ownWord;
        (account.AsOf, account.ArrivedAt) = (_ownWord, at);
        var verdict = TakeMissed(account) ? NewsVerdict.Gap : NewsVerdict.InOrder;
        Reckon();
        return verdict;
    }

    /// <summary>The roll was called. True where something may have been missed.</summary>
    /// <param name="present">All who may be publishing, ourselves included.</param>
    /// <param name="askedAt">Before the question left: whoever enters later is not among them.</param>
    public bool Call(IReadOnlyCollection<PublisherId> present, long askedAt)
    {
        if (askedAt < _rollCalledAt)
        {
            // An answer that was overtaken: whoever entered meanwhile is not gone.
            return false;
        }

        _rollCalledAt = askedAt;
        _calls++;
        _rollTooLong = present.Count > MaximumPublishers;
        var gap = false;
        foreach (var publisher in present.Take(MaximumPublishers))
        {
            if (!_accounts.TryGetValue(publisher, out var account))
            {
                account = new Account();
                _accounts.Add(publisher, account);
            }

            account.IsOnRoll = true;
            account.SeenInCall = _calls;
            gap |= TakeMissed(account);
        }

        gap |= RemoveAbsent(askedAt);
        Reckon();
        return gap;
    }

    // A gap of somebody who is not on the roll yet counts when the roll shows that they are no ghost.
    private static bool TakeMissed(Account account)
    {
        if (!account.IsOnRoll || !account.MissedSome)
        {
            return false;
        }

        account.MissedSome = false;
        return true;
    }

    private bool RemoveAbsent(long askedAt)
    {
        var gap = false;
        foreach (var (publisher, account) in _accounts)
        {
            if (account.IsOnRoll && account.SeenInCall != _calls)
            {
                // Gone without a word: its last words may be what was missed.
                gap |= !account.HasLeft;
                _accounts.Remove(publisher);
            }
            else if (!account.IsOnRoll && account.ArrivedAt < askedAt)
            {
                // Whoever publishes is on the roll before: this was somebody's recording.
                _accounts.Remove(publisher);
            }
        }

        return gap;
    }

    private void Reckon()
    {
        var until = _rollCalledAt is { } called && !_rollTooLong && _accounts.ContainsKey(own) ? called + silence : long.MinValue;
        foreach (var account in _accounts.Values)
        {
            if (account is { IsOnRoll: true, HasLeft: false })
            {
                until = Math.Min(until, account.Number == 0 ? long.MinValue : account.AsOf + silence);
            }
        }

        ConfirmedUntil = until;
    }

    private sealed class Account
    {
        public long Number { get; set; }

        /// <summary>Its last word was said then or later.</summary>
        public long AsOf { get; set; }

        public long ArrivedAt { get; set; }

        public long SeenInCall { get; set; }

        public bool IsOnRoll { get; set; }

        public bool HasLeft { get; set; }

        public bool MissedSome { get; set; }
    }
}

/// <summary>What hearing a message means.</summary>
internal enum NewsVerdict
{
    /// <summary>It continues what was heard.</summary>
    InOrder,

    /// <summary>It is to be acted on, and something before it was missed.</summary>
    Gap,

    /// <summary>It was heard before, or has been overtaken: nothing is to be done.</summary>
    Old,

    /// <summary>More publishers than can be followed: nothing is done, and the roll will tell.</summary>
    Ignored,
}
