using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.ClientCredentials;

/// <summary>Tries a client's id and secret at a token endpoint, or remembers that they were good.</summary>
internal sealed class ClientCredentialsAuthenticator(ClientCredentialsSettings settings, RuleForm form, IRemoteCaller caller, AnswerCache<ClientAnswer>? cache) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine NoCredentials = new("the request carries no Basic credentials");
    private static readonly AuthenticationOutcome.Rejected Malformed = new(ProxyRefusals.CredentialsInvalid, "the Basic credentials name no client, or hold a broken escape");
    private static readonly AuthenticationOutcome.Rejected Ambiguous = new(ProxyRefusals.CredentialsAmbiguous, "the request carries more than one Authorization header");

    private readonly RemotePolicy _policy = settings.Retry.Policy with { LongestAnswer = 64 * 1024 };
    private readonly ConsumedCredentials _consumed = settings.ForwardCredentials ?? form == RuleForm.Oathkeeper ? ConsumedCredentials.None : ConsumedCredentials.Authorization;

    public string Name => ClientCredentialsAuthenticatorKind.KindName;

    // A machine's secret has no login that could end.
    public bool GivesSession => false;

    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        switch (BasicCredentials.Find(request.Received))
        {
            case BasicLookup.Found { Credentials: var client }:
                return Judge(client, await AskAsync(client, cancellation), request);
            case BasicLookup.None:
                return NoCredentials;
            case BasicLookup.Malformed:
                return Malformed;
            case BasicLookup.Ambiguous:
                return Ambiguous;
            default:
                throw new UnreachableException();
        }
    }

    private AuthenticationOutcome Judge(BasicCredentials client, ClientAnswer answer, ProxiedRequest request)
    {
        switch (answer)
        {
            case ClientAnswer.Known:
                return new AuthenticationOutcome.Accepted(Subject.WithoutClaims(ServiceAddress.OriginOf(settings.TokenUrl), client.Id), _consumed);
            case ClientAnswer.Refused refused:
                request.RateLimit = refused.RateLimit;
                return new AuthenticationOutcome.Rejected(refused.Refusal, refused.Why);
            default:
                throw new UnreachableException();
        }
    }

    // The secret is part of the key: another one for the same id is asked anew, however often it is tried.
    private ValueTask<ClientAnswer> AskAsync(BasicCredentials client, CancellationToken cancellation) =>
        cache is null
            ? FetchAsync(client, cancellation)
            : cache.GetAsync(AnswerKey.Of(client.Id, client.Secret), () => FetchAsync(client, CancellationToken.None), Keep, cancellation);

    private TimeSpan Keep(ClientAnswer answer) => answer switch
    {
        ClientAnswer.Known { Life: { } life } when life < settings.Cache.TimeToLive => life,
        ClientAnswer.Known => settings.Cache.TimeToLive,
        _ => TimeSpan.Zero,
    };

    private async ValueTask<ClientAnswer> FetchAsync(BasicCredentials client, CancellationToken cancellation) =>
        ClientAnswer.Read(await caller.AskAsync(ClientCredentialsGrant.Request(settings.TokenUrl, client, settings.RequiredScope), _policy, cancellation));
}

internal sealed class ClientCredentialsAuthenticatorKind(IRemoteCaller caller, TimeProvider time) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "oauth2_client_credentials";

    private readonly Shared<AnswerCache<ClientAnswer>> _caches = new();

    public string Name => KindName;

    public Schema Schema => ClientCredentialsSettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = [ClientCredentialsSettings.UrlKey];

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(ClientCredentialsSettings.Schema, out var settings))
        {
            return null;
        }

        preparation.CheckPrivacy(ClientCredentialsSettings.UrlKey, settings.TokenUrl);
        return preparation.Faults.Count == before
            ? new ClientCredentialsAuthenticator(settings, preparation.Form, caller, settings.Cache.Enabled ? CacheOf(settings) : null)
            : null;
    }

    private AnswerCache<ClientAnswer> CacheOf(ClientCredentialsSettings settings) => _caches.For(
        AnswerKey.Of([settings.TokenUrl.OriginalString, $"{settings.Retry.GiveUpAfter.Ticks}", $"{settings.Retry.MaxDelay.Ticks}", settings.Cache.Identity, .. settings.RequiredScope]),
        () => new AnswerCache<ClientAnswer>(time, settings.Cache.MostEntries));
}
