using System.Buffers;
using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <summary>
/// Gives the upstream the provider's access token of whoever is signed in. The upstream can then act as them at the provider's other
/// applications, and keeps a token for as long as that lives: the assertion says who is asking without any of that.
/// </summary>
internal sealed class AccessTokenMutator(AccessTokenSettings settings, IAccessTokens tokens) : IMutator
{
    // Upstreams read headers up to 8 KiB by default; a token that arrives nowhere must not look like one that did.
    private const int LongestToken = 8 * 1024;

    // RFC 6750, section 2.1: what may stand behind Bearer.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private readonly string _prefix = settings.Header.Equals(AccessTokenSettings.Authorization, StringComparison.OrdinalIgnoreCase) ? "Bearer " : "";

    public string Name => AccessTokenMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames { get; } = [settings.Header];

    /// <inheritdoc cref="AccessTokenSettings.Audience"/>
    public IReadOnlyList<string> Audience => settings.Audience;

    public async ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        switch (await tokens.ForAsync(request, settings.Audience, cancellation))
        {
            case AccessTokenOutcome.Given { Token: var token } when token.Length > LongestToken || token.AsSpan().ContainsAnyExcept(TokenCharacters):
                return new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, "the access token is too long for a header, or holds what no bearer token may hold");
            case AccessTokenOutcome.Given { Token: var token }:
                request.Identity.SetAsIs(settings.Header, _prefix + token);
                return MutationOutcome.Done.Instance;
            case AccessTokenOutcome.Refused refused:
                return new MutationOutcome.Refused(refused.Refusal, refused.Why);
            default:
                throw new UnreachableException();
        }
    }
}

/// <param name="tokens">Null where no provider is configured.</param>
internal sealed class AccessTokenMutatorKind(IAccessTokens? tokens = null) : IHandlerKind<IMutator>
{
    public const string KindName = "access_token";

    public string Name => KindName;

    public Schema Schema => AccessTokenSettings.Schema;

    public IMutator? Prepare(HandlerPreparation preparation)
    {
        if (!preparation.TryRead(AccessTokenSettings.Schema, out var settings))
        {
            return null;
        }

        if (tokens is null)
        {
            preparation.Fault("needs a provider under authenticators.oidc.config: it is the provider's token that is passed on");
            return null;
        }

        // The Tokenizer believes assertions and nothing else; a token that it has no use for it should not get to see.
        if (preparation.Rule?.Upstream is { IsTokenizer: true })
        {
            preparation.Fault("goes to the Tokenizer, which is given nobody's access token");
            return null;
        }

        if (preparation.Rule?.Authenticators.FirstOrDefault(use => use.Handler != OidcAuthenticatorKind.KindName) is { Handler: var other })
        {
            preparation.Fault($"needs a login session, and authenticator '{other}' gives none; leave it out, or write a rule of its own for it");
            return null;
        }

        if (preparation.Rule?.Authenticators.Any(AdmitsGuests) == true)
        {
            preparation.Fault("is for those who are signed in, and the rule lets guests in, who have no access token; write a rule of its own for them");
            return null;
        }

        return new AccessTokenMutator(settings, tokens);
    }

    // What is wrong with the use itself is told where the authenticator is made.
    private static bool AdmitsGuests(HandlerUse use) => use.Config is { } config && OidcUse.Schema.TryRead(config, new ConfigFaults(), out var read) && read.Guest;
}
