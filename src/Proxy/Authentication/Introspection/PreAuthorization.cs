using System.Diagnostics;
using System.Globalization;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.ClientCredentials;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>The access token that introspection is asked with: one for all who ask, fetched by one of them, replaced shortly before it ends.</summary>
internal sealed class PreAuthorization(PreAuthorizationSettings settings, RemotePolicy policy, IRemoteCaller caller, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnknownLife = TimeSpan.FromMinutes(1);

    private readonly AnswerCache<OwnToken> _tokens = new(time, 1);
    private volatile string _secret = settings.ClientSecret!.Reveal();
    private long _generation;

    /// <summary>The token as of now.</summary>
    public ValueTask<OwnToken> GetAsync(CancellationToken cancellation)
    {
        var generation = Interlocked.Read(ref _generation);
        return _tokens.GetAsync(AnswerKey.Of(generation.ToString(CultureInfo.InvariantCulture)), () => FetchAsync(generation), Keep, cancellation);
    }

    /// <summary>The endpoint does not take this token: the next one who asks fetches another. Of many who find that out, one counts.</summary>
    public void Forget(OwnToken token) => Interlocked.CompareExchange(ref _generation, token.Generation + 1, token.Generation);

    private static TimeSpan Keep(OwnToken token) => token.Granted switch
    {
        null => TimeSpan.Zero,
        { Life: { } life } => life - (life > Margin * 4 ? Margin : life / 4),
        _ => UnknownLife,
    };

    private async ValueTask<OwnToken> FetchAsync(long generation)
    {
        var request = ClientCredentialsGrant.Request(settings.TokenUrl!, new BasicCredentials(settings.ClientId, CurrentSecret()), settings.Scope, settings.Audience.Length > 0 ? settings.Audience : null);
        return await caller.AskAsync(request, policy, CancellationToken.None) switch
        {
            RemoteOutcome.Answered { Status: StatusCodes.Status200OK } good when ClientCredentialsGrant.Read(good.Body) is { } token => new OwnToken(generation, token, ""),
            RemoteOutcome.Answered other => new OwnToken(generation, null, $"the token endpoint for pre_authorization gave no token (status {other.Status})"),
            RemoteOutcome.Unanswered unanswered => new OwnToken(generation, null, $"the token endpoint for pre_authorization: {unanswered.Why}"),
            _ => throw new UnreachableException(),
        };
    }

    // Tokens are fetched rarely: reading the file each time sees a new secret as soon as it matters. A broken file leaves the last one.
    private string CurrentSecret()
    {
        if (settings.ClientSecret!.File is { } file && Secret.TryReadFile(file, out var value, out _))
        {
            _secret = value;
        }

        return _secret;
    }
}

/// <param name="Generation">Counts the tokens.</param>
/// <param name="Granted">The token; null where there is none.</param>
/// <param name="Why">Why there is none.</param>
internal sealed record OwnToken(long Generation, GrantedToken? Granted, string Why);
