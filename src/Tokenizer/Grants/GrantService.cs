using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Grants;

/// <summary>What one token is to a session. (A grant here is never one of OAuth's grant types.)</summary>
/// <param name="Reason">Why it is not valid, as a refusal of the catalogue is named; null where it is.</param>
/// <param name="UsesLeft">How many times the value may still be read; null where that is not counted.</param>
internal sealed record GrantAnswer(long? ExpiresAt, string? Reason, int? UsesLeft = null)
{
    public bool IsValid => ExpiresAt is not null;
}

/// <summary>Grants: this session may use this token until then.</summary>
internal sealed class GrantService(ITokenStore store, KeyRing ring, LimitSettings limits, TimeProvider clock)
{
    public const int LargestBatch = 100;

    // The database counts milliseconds; less than one would be a grant that was never valid.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Creates the grant or replaces its end.</summary>
    public async Task<Outcome<GrantRecord>> SetAsync(ApplicationSettings application, GrantWish wish, CancellationToken cancellation)
    {
        if (LifeOf(wish.Duration) is not { } life)
        {
            return new Refused(TokenizerRefusals.DurationInvalid, $"the duration is malformed, not positive or longer than {limits.GrantMaximum}");
        }

        var now = clock.NowMilliseconds();
        if (await store.FindTokenAsync(ring.LookupKeys.Of(wish.Token), now, cancellation) is not { } row)
        {
            return new Refused(TokenizerRefusals.TokenUnknown, "a grant was asked for a token that does not exist");
        }

        if (row.Application != application.Name)
        {
            return TokenService.ForeignTo(application, row);
        }

        // Which record a token belongs to is said once, so what was read a moment ago still holds.
        if (wish.If == GrantIf.Bound && !BelongsTo(row, application, wish.Record))
        {
            return new Refused(TokenizerRefusals.RecordMismatch, "the token belongs to another record than was named, or to none");
        }

        var end = Math.Min(now + (long)life.TotalMilliseconds, row.ExpiresAt ?? long.MaxValue);
        var grant = new GrantRecord(wish.Session.Session, row.RowId, end) { UsesLeft = wish.Uses };
        var terms = new GrantTerms(wish.If == GrantIf.Owner ? row.Owner.Hash : null, limits.GrantsPerHour);
        return await store.SetGrantAsync(grant, wish.Session.Stated, terms, now, cancellation) switch
        {
            GrantSetOutcome.Granted(var granted) => grant with { ExpiresAt = granted },
            GrantSetOutcome.NotOwner => new Refused(TokenizerRefusals.NotOwner, "the token is another subject's, and the application grants to owners only"),
            GrantSetOutcome.LimitReached => LimitReached(now),
            GrantSetOutcome.NoSession(var standing) => SessionRefusals.Of(standing),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Asks for each token, in order, whether the session may use it now.</summary>
    public async Task<IReadOnlyList<GrantAnswer>> CheckAsync(
        ApplicationSettings application, byte[] session, IReadOnlyList<DataToken?> tokens, CancellationToken cancellation)
    {
        var lookups = tokens.Select(token => token is null ? [] : ring.LookupKeys.Of(token)).ToArray();
        var found = (await store.FindGrantsAsync(session, [.. lookups.SelectMany(hashes => hashes)], clock.NowMilliseconds(), cancellation))
            .ToDictionary(grant => Convert.ToHexString(grant.Lookup));
        return Array.ConvertAll(lookups, hashes => Judge(application, hashes.Select(hash => found.GetValueOrDefault(Convert.ToHexString(hash))).FirstOrDefault(grant => grant is not null)));
    }

    private Refused LimitReached(long now) => new(
        TokenizerRefusals.GrantLimitReached with { RetryAfter = Hours.SecondsLeft(now) }, $"the session was granted {limits.GrantsPerHour} tokens in this hour");

    private bool BelongsTo(TokenRecord row, ApplicationSettings application, string? record) =>
        record is not null && row.Record is { } known
        && CryptographicOperations.FixedTimeEquals(known.Hash, ring.LookupKeys.OfRecord(application.Name, record).Hash);

    private static GrantAnswer Judge(ApplicationSettings application, GrantView? grant) => grant switch
    {
        { Application: var owner } when owner != application.Name => new GrantAnswer(null, TokenizerRefusals.ForeignToken.Reason),
        { ExpiresAt: { } end } => new GrantAnswer(end, null, grant.UsesLeft),
        _ => new GrantAnswer(null, TokenizerRefusals.GrantMissing.Reason),
    };

    // An empty text means the default, as LunaDefend's clients send it.
    private TimeSpan? LifeOf(string? duration) => string.IsNullOrEmpty(duration)
        ? limits.GrantDefault
        : GoDuration.TryParse(duration, out var life, out _) && life >= Shortest && life <= limits.GrantMaximum ? life : null;
}
