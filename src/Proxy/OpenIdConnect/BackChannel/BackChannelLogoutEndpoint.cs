using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>
/// Where a provider tells that somebody logged out (OpenID Connect Back-Channel Logout 1.0). Anybody may post here: nothing is asked of the
/// store before a signature was found good, and only so many are looked at in one moment.
/// </summary>
internal sealed class BackChannelLogoutEndpoint(
    LogoutTokens tokens, SessionEnds ends, ISessionStore store, ProxyMetrics metrics, TimeProvider clock, ILogger<BackChannelLogoutEndpoint> log)
{
    /// <summary>Of one provider: one whose keys cannot be had keeps nobody from logging out at another.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _places = new(StringComparer.Ordinal);

    /// <param name="context">The request.</param>
    /// <param name="provider">The provider that this address was given to.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task HandleAsync(HttpContext context, string provider, CancellationToken cancellation)
    {
        if (tokens.Of(provider) is not { } checks)
        {
            await RefuseAsync(context, ProxyRefusals.EndpointUnknown, "there is no such provider");
            return;
        }

        var (token, refusal, why) = await LogoutForm.ReadAsync(context, clock, cancellation);
        if (token is null)
        {
            await RefuseAsync(context, refusal!, why);
            return;
        }

        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var places = _places.GetOrAdd(provider, static _ => new SemaphoreSlim(AtOnce, AtOnce));
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await RefuseAsync(context, ProxyRefusals.Overloaded, "as many logout tokens are being looked at as may be in one moment");
            return;
        }

        try
        {
            await DecideAsync(context, provider, checks, token, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await RefuseAsync(context, ProxyRefusals.KeysUnavailable, "the provider's keys did not come in time");
        }
        catch (SessionStoreException fault)
        {
            await RefuseAsync(context, ProxyRefusals.SessionStoreUnavailable, fault.Message);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task DecideAsync(HttpContext context, string provider, LogoutTokenChecks checks, string token, CancellationToken cancellation)
    {
        switch (await checks.CheckAsync(token, cancellation))
        {
            case LogoutTokenOutcome.Believed { Token: var logout }:
                await EndAsync(context, provider, checks, logout);
                break;
            case LogoutTokenOutcome.Refused refused:
                await RefuseAsync(context, ProxyRefusals.LogoutTokenInvalid, refused.Why);
                break;
            case LogoutTokenOutcome.Undecided undecided:
                await RefuseAsync(context, ProxyRefusals.KeysUnavailable, undecided.Why);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>
    /// A provider that hangs up has still said it: from here on nothing is cancelled. The token counts as used only once all is done,
    /// so that one which failed half way may come again.
    /// </summary>
    private async Task EndAsync(HttpContext context, string provider, LogoutTokenChecks checks, LogoutToken logout)
    {
        var used = NameOf(logout);
        if (await store.IsEndedAsync(used, CancellationToken.None))
        {
            await RefuseAsync(context, ProxyRefusals.LogoutTokenInvalid, "the logout token was used before");
            return;
        }

        // By the provider's own clock, which also dated the bearers; what was issued within the same second belongs to them.
        var notBefore = logout.IssuedAt + TimeSpan.FromSeconds(1);
        var ended = logout.ProviderSid is { } sid
            ? await ends.EndProviderSessionAsync(logout.Issuer, sid, logout.Subject, notBefore, SessionEndReason.Provider, CancellationToken.None)
            : await ends.EndSubjectAsync(logout.Issuer, logout.Subject!, notBefore, SessionEndReason.Provider, CancellationToken.None);

        var now = clock.GetUtcNow();
        await store.EndAsync(new SessionEnd(used, now + checks.Remembered, now, TellTokenizer: false), CancellationToken.None);
        log.ProviderEnded(provider, ended);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.Headers.CacheControl = "no-store";
    }

    // A tombstone like a session's: unlike a mark it can be asked for before it is set. Its name tells nobody what it stands for.
    private static string NameOf(LogoutToken logout) =>
        "l-" + Convert.ToHexString(StoreKey.Of(Encoding.UTF8.GetBytes("authproxy logout token v1 " + logout.Issuer), Encoding.UTF8.GetBytes(logout.Id)).ToBytes());

    private Task RefuseAsync(HttpContext context, Refusal refusal, string why)
    {
        var support = SupportCode.Create();
        metrics.Refused(refusal);
        log.Refused(refusal.Reason, null, why, support, RefusalResponse.TraceIdOf(context));
        context.Response.Headers[RefusalResponder.ReasonHeader] = refusal.Reason;
        return RefusalResponse.WriteAsync(context, refusal, support, context.RequestAborted);
    }
}
