using System.Text.Json;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>Asks the provider of a session for new tokens.</summary>
internal interface ITokenRefresher
{
    /// <summary>How sessions of this one's provider are kept fresh; null where it is no longer configured.</summary>
    RefreshSettings? SettingsOf(Session session);

    /// <summary>Shows the session's refresh token to the provider, once. Ends within the provider's own time limit.</summary>
    ValueTask<RefreshOutcome> RefreshAsync(Session session, CancellationToken cancellation);
}

/// <summary>What the provider said to a refresh token.</summary>
internal abstract record RefreshOutcome
{
    private RefreshOutcome()
    {
    }

    /// <summary>There are new tokens, and they are this session's.</summary>
    /// <param name="Tokens">All that the session has from now on.</param>
    /// <param name="Claims">What the provider says of the person now; null where that stays as it was.</param>
    public sealed record Refreshed(ProviderTokens Tokens, JsonElement? Claims) : RefreshOutcome
    {
        public override string ToString() => nameof(Refreshed);
    }

    /// <summary>There are new tokens, and the provider has yet to be asked more of them. By now it takes no other refresh token than the new one.</summary>
    public sealed record Rotated : RefreshOutcome
    {
        private readonly Task<RefreshOutcome> _rest;

        /// <param name="refreshToken">What took the old one's place.</param>
        /// <param name="rest">What becomes of the other tokens; never faulted.</param>
        public Rotated(string refreshToken, Task<RefreshOutcome> rest) => (RefreshToken, _rest) = (refreshToken, rest);

        /// <summary>What took the old one's place.</summary>
        public string RefreshToken { get; }

        /// <summary>What becomes of the other tokens.</summary>
        public Task<RefreshOutcome> WaitAsync(CancellationToken cancellation) => _rest.WaitAsync(cancellation);

        public override string ToString() => nameof(Rotated);
    }

    /// <summary>The provider vouches for this session no longer; asking again changes nothing.</summary>
    public sealed record Refused(string Why) : RefreshOutcome;

    /// <summary>The provider cannot be reached, has trouble of its own, or does not accept this client: not the person's fault, and to be tried again.</summary>
    public sealed record Unavailable(string Why) : RefreshOutcome
    {
        /// <summary>The refresh token that took the old one's place all the same: the only one that is good for the next attempt.</summary>
        public string? RefreshToken { get; init; }

        /// <summary>Whether somebody has to change the configuration, here or at the provider.</summary>
        public bool IsMisconfigured { get; init; }

        /// <summary>How long the provider wants to be left alone.</summary>
        public TimeSpan? RetryAfter { get; init; }

        public override string ToString() => $"{nameof(Unavailable)}: {Why}";
    }
}
