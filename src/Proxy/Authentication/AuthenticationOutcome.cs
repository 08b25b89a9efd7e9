using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Authentication;

/// <summary>What one authenticator made of a request.</summary>
internal abstract record AuthenticationOutcome
{
    private AuthenticationOutcome()
    {
    }

    /// <summary>The credentials are good.</summary>
    /// <param name="Subject">Who is asking.</param>
    /// <param name="Consumed">What of the request carried the credentials.</param>
    /// <param name="Header">The header's name where that is <see cref="ConsumedCredentials.Header"/>.</param>
    public sealed record Accepted(Subject Subject, ConsumedCredentials Consumed = ConsumedCredentials.None, string? Header = null) : AuthenticationOutcome
    {
        /// <summary>The cookies that go no further where that is <see cref="ConsumedCredentials.Cookies"/>.</summary>
        public IReadOnlyList<string> Cookies { get; init; } = [];

        /// <summary>The login session where that is <see cref="ConsumedCredentials.SessionCookie"/>.</summary>
        public SessionLookup.Live? Login { get; init; }
    }

    /// <summary>The request carries no credentials of this kind; the rule's next authenticator may try.</summary>
    public sealed record NotMine(string Why) : AuthenticationOutcome
    {
        /// <summary>What is answered in place of "credentials are missing" where no other authenticator accepts.</summary>
        public Refusal? Refusal { get; init; }
    }

    /// <summary>The request carries credentials of this kind and they are wrong, or could not be checked; nobody else may try.</summary>
    public sealed record Rejected(Refusal Refusal, string Why) : AuthenticationOutcome;
}

/// <summary>Which part of the request carried the credentials that were accepted.</summary>
internal enum ConsumedCredentials
{
    None,

    /// <summary>The Authorization header: not forwarded unless the rule says so.</summary>
    Authorization,

    /// <summary>Another header, which the rule names: not forwarded unless the rule says so.</summary>
    Header,

    /// <summary>
    /// Cookies of another session service: not forwarded unless the rule says so. Browsers attach them to what any page sends, so in our
    /// form the request needs the cross-origin check.
    /// </summary>
    Cookies,

    /// <summary>Our session cookie, which no upstream ever sees anyway; the request needs the cross-origin check.</summary>
    SessionCookie,
}
