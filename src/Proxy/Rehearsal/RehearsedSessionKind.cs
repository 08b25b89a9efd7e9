using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>There are no sessions in a rehearsal: a cookie is nobody's.</summary>
internal sealed class RehearsedSessionKind(IHandlerKind<IAuthenticator> real) : IHandlerKind<IAuthenticator>
{
    public string Name => real.Name;

    public Schema Schema => real.Schema;

    public IReadOnlyList<string> Destinations => real.Destinations;

    // What is wrong with the use is told as it would be without a rehearsal; that no provider is there is right here.
    public IAuthenticator? Prepare(HandlerPreparation preparation) =>
        OidcAuthenticatorKind.TryReadUse(preparation, out var use) ? new NoSession(use.Guest) : null;

    private sealed class NoSession(bool admitsGuests) : IAuthenticator
    {
        private static readonly AuthenticationOutcome.NotMine Nobody = new("the request carries no session that is known here");

        public string Name => OidcAuthenticatorKind.KindName;

        public bool GivesSession => true;

        public bool AdmitsGuests => admitsGuests;

        public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(Nobody);
    }
}
