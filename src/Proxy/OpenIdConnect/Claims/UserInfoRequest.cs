using System.Net.Http.Headers;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.OpenIdConnect.Claims;

/// <summary>What a provider says when it is asked for more of somebody.</summary>
internal abstract record UserInfoOutcome
{
    private UserInfoOutcome()
    {
    }

    /// <summary>A JSON object about the very subject that was asked for.</summary>
    public sealed record Told(JsonElement Claims) : UserInfoOutcome
    {
        public override string ToString() => nameof(Told);
    }

    public sealed record Refused(string Why) : UserInfoOutcome;

    /// <summary>The access token is somebody else's: nothing that came with it may be believed (OpenID Connect Core 1.0, section 5.3.2).</summary>
    public sealed record OfAnother(string Why) : UserInfoOutcome;

    public sealed record Unavailable(string Why) : UserInfoOutcome;
}

/// <summary>Asks for user info (OpenID Connect Core 1.0, section 5.3).</summary>
internal sealed class UserInfoRequest(OidcProviderSettings settings, Discovery discovery, ProviderHttp http, TimeProvider clock)
{
    /// <param name="accessToken">What shows whom it is about.</param>
    /// <param name="subject">Who logged in, by the ID token: user info about anybody else is worth nothing (section 5.3.2).</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<UserInfoOutcome> AskAsync(string? accessToken, string subject, CancellationToken cancellation)
    {
        if (accessToken is null || await discovery.FindAsync(cancellation) is not { UserInfoEndpoint: { } endpoint })
        {
            return new UserInfoOutcome.Refused("user info is to be asked for, and the provider gives no access token or names no endpoint");
        }

        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (!request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + accessToken))
            {
                return new UserInfoOutcome.Refused("the access token cannot be shown at the user info endpoint");
            }

            using var response = await http.Invoker.SendAsync(request, either.Token);
            return await ReadAsync(response, subject, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new UserInfoOutcome.Unavailable("the user info endpoint did not answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new UserInfoOutcome.Unavailable($"the user info endpoint cannot be reached ({fault.GetType().Name})");
        }
    }

    private static async Task<UserInfoOutcome> ReadAsync(HttpResponseMessage response, string subject, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        if (status != StatusCodes.Status200OK)
        {
            var why = $"the user info endpoint answered with status {status}";
            return status is >= 500 or StatusCodes.Status429TooManyRequests ? new UserInfoOutcome.Unavailable(why) : new UserInfoOutcome.Refused(why);
        }

        if (response.Content.Headers.ContentType?.MediaType is not "application/json" and var type)
        {
            return new UserInfoOutcome.Refused(type == "application/jwt"
                ? "the user info endpoint answers with a signed token, which is not read here; let the client have plain JSON there"
                : "the user info endpoint answers with something else than JSON");
        }

        var (answer, fault) = await ClientForms.ReadObjectAsync(response, cancellation);
        return answer is not { } claims ? new UserInfoOutcome.Refused($"the user info endpoint's answer {fault}")
            : !claims.TryGetProperty("sub"u8, out var sub) || sub.ValueKind != JsonValueKind.String ? new UserInfoOutcome.Refused("the user info does not say whom it is about")
            : sub.ValueEquals(subject) ? new UserInfoOutcome.Told(claims)
            : new UserInfoOutcome.OfAnother("the user info is about somebody else");
    }
}
