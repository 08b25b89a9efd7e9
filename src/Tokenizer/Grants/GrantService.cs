using System.Diagnostics;
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
internal sealed record GrantAnswer(long? ExpiresAt, string? Reason)
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
    public async Task<Outcome<long>> SetAsync(
        ApplicationSettings application, NamedSession session, DataToken token, string? duration, CancellationToken cancellation)
    {
        if (LifeOf(duration) is not { } life)
        {
            return new Refused(TokenizerRefusals.DurationInvalid, $"the duration is malformed, not positive or longer than {limits.GrantMaximum}");
        }

        if (await store.FindTokenAsync(ring.LookupKeys.Of(token), cancellation) is not { } row)
        {
            return new Refused(TokenizerRefusals.TokenUnknown, "a grant was asked for a token that does not exist");
        }

        if (row.Application != application.Name)
        {
            return TokenService.ForeignTo(application, row);
        }

        var now = clock.NowMilliseconds();
        var grant = new GrantRecord(session.Session, row.RowId, now + (long)life.TotalMilliseconds);
        var owner = application.GrantIf == GrantIf.Owner ? row.Owner.Hash : null;
        return await store.SetGrantAsync(grant, session.Stated, owner, now, cancellation) switch
        {
            GrantSetOutcome.Granted(var end) => end,
            GrantSetOutcome.NotOwner => new Refused(TokenizerRefusals.NotOwner, "the token is another subject's, and the application grants to owners only"),
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

    private static GrantAnswer Judge(ApplicationSettings application, GrantView? grant) => grant switch
    {
        { Application: var owner } when owner != application.Name => new GrantAnswer(null, TokenizerRefusals.ForeignToken.Reason),
        { ExpiresAt: { } end } => new GrantAnswer(end, null),
        _ => new GrantAnswer(null, TokenizerRefusals.GrantMissing.Reason),
    };

    // An empty text means the default, as LunaDefend's clients send it.
    private TimeSpan? LifeOf(string? duration) => string.IsNullOrEmpty(duration)
        ? limits.GrantDefault
        : GoDuration.TryParse(duration, out var life, out _) && life >= Shortest && life <= limits.GrantMaximum ? life : null;
}
