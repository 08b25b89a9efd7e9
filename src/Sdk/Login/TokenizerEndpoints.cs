using System.Text.Json;
using AuthProxy.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What an application of scheme <c>application</c> answers, so that the Tokenizer knows its users: LunaDefend's two routes.</summary>
public static class TokenizerEndpoints
{
    private const int LongestState = 256;

    /// <summary>
    /// Maps <c>GET /.lunasec/secure-frame</c>, where browsers come from the Tokenizer to be told apart and go back with a token for one login, and
    /// <c>GET /.lunasec/jwks.json</c>, the key to verify it with. An application behind the Proxy needs neither.
    /// </summary>
    /// <param name="endpoints">The application's routes, or a group whose prefix they shall have.</param>
    /// <exception cref="InvalidOperationException"><see cref="TokenizerOptions.SignedIn"/> or <see cref="TokenizerOptions.PublicUrl"/> is not set.</exception>
    public static IEndpointConventionBuilder MapTokenizerEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<TokenizerOptions>>().Value;
        if (options.SignedIn is not { } signedIn || options.PublicUrl is not { Length: > 0 } publicUrl)
        {
            throw new InvalidOperationException($"{options.Section}: {nameof(options.SignedIn)} and {nameof(options.PublicUrl)} are needed where the Tokenizer asks the application who is signed in.");
        }

        var credential = endpoints.ServiceProvider.GetRequiredService<ApplicationCredential>();
        var tokenizer = publicUrl.TrimEnd('/');
        var routes = endpoints.MapGroup("/.lunasec");
        routes.MapGet("/jwks.json", context => WriteKeysAsync(context, credential));
        routes.MapGet("/secure-frame", context => SendBackAsync(context, tokenizer, credential, signedIn));
        return routes;
    }

    private static async Task SendBackAsync(
        HttpContext context, string tokenizer, ApplicationCredential credential, Func<HttpContext, ValueTask<SignedInUser?>> signedIn)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Query["state"] is not [{ Length: > 0 and <= LongestState } state])
        {
            await RefuseAsync(context, "state is missing, stands twice or is too long");
            return;
        }

        if (await signedIn(context) is not { Subject.Length: > 0, SessionId.Length: > 0 } user)
        {
            await RefuseAsync(context, "nobody is signed in");
            return;
        }

        var query = QueryString.Create("state", state).Add("openid_token", credential.ForLogin(user, state));
        context.Response.Redirect($"{tokenizer}/session/create{query}");
    }

    // The form that LunaDefend's pages read.
    private static Task RefuseAsync(HttpContext context, string why) =>
        Results.Json(new { success = false, error = why }, statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);

    private static async Task WriteKeysAsync(HttpContext context, ApplicationCredential credential)
    {
        context.Response.ContentType = "application/jwk-set+json";
        context.Response.Headers.CacheControl = "public, max-age=60";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        credential.Key().WritePublicKeySet(writer);
    }
}
