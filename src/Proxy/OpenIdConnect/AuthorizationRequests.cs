using System.Globalization;
using System.Text;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Where to send a browser that shall log in.</summary>
internal abstract record AuthorizationRequestOutcome
{
    private AuthorizationRequestOutcome()
    {
    }

    public sealed record Ready(string Address) : AuthorizationRequestOutcome
    {
        public override string ToString() => nameof(Ready);
    }

    /// <summary>The provider does not take the request.</summary>
    public sealed record Refused(string Why) : AuthorizationRequestOutcome;

    /// <summary>The provider cannot be reached, or has trouble of its own.</summary>
    public sealed record Unavailable(string Why) : AuthorizationRequestOutcome;
}

/// <summary>
/// Asks a provider to log somebody in (OpenID Connect Core 1.0, section 3.1.2.1): through the browser, or pushed to the provider beforehand, so
/// that the browser carries nothing of it (RFC 9126).
/// </summary>
internal sealed class AuthorizationRequests(OidcProviderSettings settings, string redirectUri, ClientForms forms) : IDisposable
{
    /// <summary>A page of ours that anybody can ask for must not make any number of requests to the provider at once.</summary>
    public const int MostPushes = 32;

    private const int LongestRequestUri = 512;

    // Whoever finds no place is told so at once: pages that wait hold connections and memory of ours.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Turnstile _pushes = new(MostPushes, Patience);

    /// <summary>Whether a request is pushed to the provider: then it costs the provider something before anybody has proved anything.</summary>
    public bool Pushes(ProviderMetadata metadata) =>
        settings.PushedAuthorization == OidcPushedAuthorization.Require
        || (settings.PushedAuthorization == OidcPushedAuthorization.Auto && metadata.RequiresPushedAuthorization);

    /// <param name="metadata">The provider's metadata.</param>
    /// <param name="demand">What the login has to bring.</param>
    /// <param name="secrets">State, nonce and PKCE challenge.</param>
    /// <param name="cancellation">The client has gone.</param>
    public async ValueTask<AuthorizationRequestOutcome> MakeAsync(
        ProviderMetadata metadata, LoginDemand demand, (string State, string Nonce, string Challenge) secrets, CancellationToken cancellation)
    {
        var parameters = ParametersFor(demand, secrets);
        return !Pushes(metadata) ? new AuthorizationRequestOutcome.Ready(AddressOf(metadata, parameters))
            : metadata.PushedAuthorizationEndpoint is { } endpoint ? await PushAsync(metadata, endpoint, parameters, cancellation)
            : new AuthorizationRequestOutcome.Refused("the provider names no endpoint for pushed requests, and nothing else may be used");
    }

    public void Dispose() => _pushes.Dispose();

    private OrderedDictionary<string, string> ParametersFor(LoginDemand demand, (string State, string Nonce, string Challenge) secrets)
    {
        var parameters = new OrderedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = settings.Client.Id,
            ["redirect_uri"] = redirectUri,
            ["scope"] = string.Join(' ', settings.Scopes),
            ["state"] = secrets.State,
            ["nonce"] = secrets.Nonce,
            ["code_challenge"] = secrets.Challenge,
            ["code_challenge_method"] = "S256",
        };
        AddAuthentication(parameters, demand);

        // None comes twice: who asked for a stronger login has the last word.
        foreach (var (name, value) in settings.AuthorizationParameters)
        {
            parameters.TryAdd(name, value);
        }

        return parameters;
    }

    private void AddAuthentication(OrderedDictionary<string, string> parameters, LoginDemand demand)
    {
        var wanted = demand.Authentication;
        var acr = wanted is { AcrValues.Count: > 0 } ? wanted.AcrValues : settings.AcrValues;
        if (acr.Count > 0)
        {
            parameters["acr_values"] = string.Join(' ', acr);
        }

        // Who shall sign in afresh is asked to, whatever the provider's clock makes of the age.
        if (wanted?.MaximumAge is not null || settings.Prompt.Count > 0)
        {
            parameters["prompt"] = wanted?.MaximumAge is null ? string.Join(' ', settings.Prompt) : "login";
        }

        if (Least(wanted?.MaximumAge, settings.MaximumAge) is { } age)
        {
            parameters["max_age"] = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    private Task<AuthorizationRequestOutcome> PushAsync(
        ProviderMetadata metadata, Uri endpoint, OrderedDictionary<string, string> parameters, CancellationToken cancellation) => _pushes.RunAsync<AuthorizationRequestOutcome>(
        async () =>

            // Who the client is comes with its proof.
            await forms.PostAsync(("the endpoint for pushed requests", endpoint), metadata.TokenEndpoint, parameters.Where(one => one.Key != "client_id"), cancellation) switch
            {
                FormOutcome.Answered answered => AddressOfPushed(metadata, answered),
                FormOutcome.Refused refused => new AuthorizationRequestOutcome.Refused(refused.Why),
                FormOutcome.Unavailable unavailable => new AuthorizationRequestOutcome.Unavailable(unavailable.Why),
                _ => throw new System.Diagnostics.UnreachableException(),
            },
        full: new AuthorizationRequestOutcome.Unavailable("too many requests are being pushed to the provider"),
        cancellation);

    private AuthorizationRequestOutcome AddressOfPushed(ProviderMetadata metadata, FormOutcome.Answered answered) =>
        answered.Answer.TryGetProperty("request_uri"u8, out var uri) && uri.ValueKind == System.Text.Json.JsonValueKind.String
        && uri.GetString() is { Length: > 0 and <= LongestRequestUri } text && Uri.IsWellFormedUriString(text, UriKind.Absolute)
            ? new AuthorizationRequestOutcome.Ready(AddressOf(metadata, new OrderedDictionary<string, string>(StringComparer.Ordinal) { ["client_id"] = settings.Client.Id, ["request_uri"] = text }))
            : new AuthorizationRequestOutcome.Refused("the endpoint for pushed requests gave no request_uri");

    private static string AddressOf(ProviderMetadata metadata, OrderedDictionary<string, string> parameters)
    {
        var address = new StringBuilder(metadata.AuthorizationEndpoint.AbsoluteUri);
        var separator = metadata.AuthorizationEndpoint.Query.Length > 0 ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            address.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return address.ToString();
    }

    private static TimeSpan? Least(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
