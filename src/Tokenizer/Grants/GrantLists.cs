using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Grants;

/// <summary>Shows an application's grants and takes them back: a session's, a token's, or all.</summary>
internal sealed class GrantLists(ITokenStore store, KeyRing ring, TimeProvider clock)
{
    public const int LargestPage = 100;

    /// <summary>Few enough for a short transaction.</summary>
    private const int RevokedAtOnce = 500;

    /// <summary>Which grants of the application are meant; null means any session, or any token.</summary>
    public async Task<Outcome<GrantSelection>> SelectAsync(ApplicationSettings application, byte[]? session, DataToken? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return new GrantSelection(application.Name, session, null);
        }

        if (await store.FindTokenAsync(ring.LookupKeys.Of(token), clock.NowMilliseconds(), cancellation) is not { } row)
        {
            return new Refused(TokenizerRefusals.TokenUnknown, "grants of a token were asked for that does not exist");
        }

        return row.Application == application.Name ? new GrantSelection(application.Name, session, row.RowId) : TokenService.ForeignTo(application, row);
    }

    public ValueTask<IReadOnlyList<ListedGrant>> ListAsync(GrantSelection selection, GrantPlace after, CancellationToken cancellation) =>
        store.ListGrantsAsync(selection, after, LargestPage, clock.NowMilliseconds(), cancellation);

    /// <returns>How many.</returns>
    public async Task<int> RevokeAsync(GrantSelection selection, CancellationToken cancellation)
    {
        if (selection is not { Session: null, TokenRowId: null })
        {
            return await store.RevokeGrantsAsync(selection, cancellation);
        }

        var (revoked, place) = (0, (GrantPlace?)GrantPlace.Start);
        while (place is not null)
        {
            var page = await store.RevokePageAsync(selection.Application, place, RevokedAtOnce, cancellation);
            (revoked, place) = (revoked + page.Revoked, page.Next);
        }

        return revoked;
    }
}
