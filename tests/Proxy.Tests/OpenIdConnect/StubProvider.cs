using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>An OpenID provider on loopback that checks what it must (client, redirect URI, PKCE, one use of a code) and lies when told to.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    public const string ClientId = "authproxy";
    public const string ClientSecret = "s3cret+/ %";

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Code> _codes = [];
    private readonly Dictionary<string, Dictionary<string, string>> _pushed = [];

    private readonly string _callback;

    private StubProvider(WebApplication app, TimeProvider clock, string? name) =>
        (_app, _clock, _callback) = (app, clock, "https://app.example.com/.authproxy/callback" + (name is null ? "" : "/" + name));

    /// <summary>Its settings in the Proxy, without braces.</summary>
    public string Settings => $"issuer: \"{Issuer}\", client_id: {ClientId}, client_secret: \"{ClientSecret}\"";

    public string Issuer { get; private set; } = "";

    public SigningKey Key { get; set; } = SigningKey.Generate();

    /// <summary>The keys that it shows; its own where null.</summary>
    public SigningKey? ShownKey { get; set; }

    /// <summary>What the discovery document says in place of its own members.</summary>
    public Dictionary<string, string?> Discovery { get; } = [];

    /// <summary>Raw JSON in place of the ID token's own claims; null leaves a claim out.</summary>
    public Dictionary<string, string?> Claims { get; } = [];

    /// <summary>Changes a finished ID token.</summary>
    public Func<string, string>? Mangle { get; set; }

    /// <summary>What the token endpoint answers in place of tokens.</summary>
    public Func<HttpContext, Task>? TokenAnswer { get; set; }

    /// <summary>What the endpoint for pushed requests answers in place of taking one.</summary>
    public Func<HttpContext, Task>? PushAnswer { get; set; }

    /// <summary>The parameters of the last login that was asked for.</summary>
    public IReadOnlyDictionary<string, string> Asked { get; private set; } = new Dictionary<string, string>();

    public int Pushes { get; private set; }

    /// <summary>What the user info endpoint answers; null: there is no such endpoint.</summary>
    public Func<HttpContext, Task>? UserInfo { get; set; }

    /// <summary>What the revocation endpoint answers; null: there is no such endpoint.</summary>
    public Func<HttpContext, Task>? Revocation { get; set; }

    public bool IsDown { get; set; }

    /// <summary>Whether a form comes from its client.</summary>
    public Func<HttpRequest, IFormCollection, bool> IsItsClient { get; set; } = ByBasic;

    public string AccessToken { get; set; } = "access-token";

    public string RefreshToken { get; set; } = "refresh-token";

    /// <summary>What its keys wait for before they are shown.</summary>
    public Task ShowsKeysAfter { get; set; } = Task.CompletedTask;

    public int DiscoveryRequests { get; private set; }

    public int KeyRequests { get; private set; }

    /// <summary>What everybody can read, and might sign with.</summary>
    public string PublicKeyJson => Jwk(Key);

    public int TokenRequests { get; private set; }

    /// <param name="clock">The clock.</param>
    /// <param name="name">Its name in the Proxy, where it has one.</param>
    public static async Task<StubProvider> StartAsync(TimeProvider clock, string? name = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new StubProvider(app, clock, name);
        app.Run(provider.AnswerAsync);
        await app.StartAsync();
        provider.Issuer = app.Urls.Single();
        return provider;
    }

    /// <summary>A person logs in: the address that the browser is sent back to.</summary>
    public string Authorize(string location, string subject = "alice")
    {
        var (endpoint, query) = Split(location);
        Assert.Equal(Issuer + "/authorize", endpoint);
        if (query.TryGetValue("request_uri", out var pushed))
        {
            Assert.Equal(["client_id", "request_uri"], query.Keys.Order(StringComparer.Ordinal));
            Assert.True(_pushed.Remove(pushed, out var parameters));
            query = parameters;
        }

        Asked = query;
        Assert.Equal(("code", ClientId, "S256"), (query["response_type"], query["client_id"], query["code_challenge_method"]));
        Assert.Equal(_callback, query["redirect_uri"]);
        Assert.Contains("openid", query["scope"].Split(' '));
        var code = Guid.NewGuid().ToString("n");
        _codes[code] = new Code(query["code_challenge"], query["nonce"], query["redirect_uri"], subject);
        return $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"])}&iss={Uri.EscapeDataString(Issuer)}";
    }

    public static (string Endpoint, Dictionary<string, string> Query) Split(string location)
    {
        var url = new Uri(location);
        var query = url.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        return (url.GetLeftPart(UriPartial.Path), query);
    }

    public static bool ByBasic(HttpRequest request, IFormCollection form) =>
        request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:s3cret%2B%2F+%25"))
        && !form.ContainsKey("client_secret") && !form.ContainsKey("client_assertion");

    public static bool ByPost(HttpRequest request, IFormCollection form) =>
        request.Headers.Authorization.Count == 0 && form["client_id"] == ClientId && form["client_secret"] == ClientSecret;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            context.Response.StatusCode = 503;
            return;
        }

        context.Response.ContentType = "application/json";
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                DiscoveryRequests++;
                await context.Response.WriteAsync(DiscoveryDocument());
                break;
            case "/keys":
                KeyRequests++;
                await ShowsKeysAfter;
                await context.Response.WriteAsync($$"""{"keys":[{{Jwk(ShownKey ?? Key)}}]}""");
                break;
            case "/userinfo" when UserInfo is not null:
                await UserInfo(context);
                break;
            case "/revoke" when Revocation is not null:
                await Revocation(context);
                break;
            case "/par":
                Pushes++;
                await (PushAnswer ?? TakeAsync)(context);
                break;
            case "/token":
                TokenRequests++;
                await (TokenAnswer ?? ExchangeAsync)(context);
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private string DiscoveryDocument()
    {
        var members = new Dictionary<string, string?>
        {
            ["issuer"] = $"\"{Issuer}\"",
            ["authorization_endpoint"] = $"\"{Issuer}/authorize\"",
            ["token_endpoint"] = $"\"{Issuer}/token\"",
            ["jwks_uri"] = $"\"{Issuer}/keys\"",
            ["userinfo_endpoint"] = UserInfo is null ? null : $"\"{Issuer}/userinfo\"",
            ["revocation_endpoint"] = Revocation is null ? null : $"\"{Issuer}/revoke\"",
            ["end_session_endpoint"] = $"\"{Issuer}/logout\"",
            ["authorization_response_iss_parameter_supported"] = "true",
            ["code_challenge_methods_supported"] = "[\"S256\"]",
        };
        return Object(members, Discovery);
    }

    private async Task TakeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!IsItsClient(context.Request, form))
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("{\"error\":\"invalid_client\"}");
            return;
        }

        var uri = "urn:ietf:params:oauth:request_uri:" + Guid.NewGuid().ToString("n");
        _pushed[uri] = form.ToDictionary(field => field.Key, field => Assert.Single(field.Value.ToArray())!);
        _pushed[uri]["client_id"] = ClientId;
        context.Response.StatusCode = 201;
        await context.Response.WriteAsync($"{{\"request_uri\":\"{uri}\",\"expires_in\":60}}");
    }

    private async Task ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!IsItsClient(context.Request, form))
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"error":"invalid_client"}""");
            return;
        }

        if (form["grant_type"] != "authorization_code" || !_codes.Remove(form["code"].ToString(), out var code)
            || form["redirect_uri"] != code.RedirectUri
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != code.Challenge)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":"invalid_grant","error_description":"<script>told by the provider</script>"}""");
            return;
        }

        await context.Response.WriteAsync(
            $$"""{"id_token":"{{IdToken(code)}}","access_token":"{{AccessToken}}","refresh_token":"{{RefreshToken}}","token_type":"Bearer","expires_in":300}""");
    }

    private string IdToken(Code code)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, string?>
        {
            ["iss"] = $"\"{Issuer}\"",
            ["sub"] = $"\"{code.Subject}\"",
            ["aud"] = $"\"{ClientId}\"",
            ["iat"] = $"{now}",
            ["exp"] = $"{now + 300}",
            ["nonce"] = $"\"{code.Nonce}\"",
            ["sid"] = $"\"session-of-{code.Subject}\"",
            ["name"] = "\"Zoë\"",
            ["groups"] = "[\"clerks\"]",
            ["at_hash"] = $"\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(AccessToken)).AsSpan(0, 16))}\"",
        };
        var token = JwtSigner.Sign(Key, "JWT", json =>
        {
            foreach (var (name, value) in claims.Where(claim => !Claims.ContainsKey(claim.Key)).Concat(Claims))
            {
                if (value is not null)
                {
                    json.WritePropertyName(name);
                    json.WriteRawValue(value);
                }
            }
        });
        return Mangle is null ? token : Mangle(token);
    }

    private static string Object(Dictionary<string, string?> members, Dictionary<string, string?> instead) =>
        "{" + string.Join(',', members.Where(member => !instead.ContainsKey(member.Key)).Concat(instead)
            .Where(member => member.Value is not null).Select(member => $"\"{member.Key}\":{member.Value}")) + "}";

    private static string Jwk(SigningKey key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            key.WritePublicJwk(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private sealed record Code(string Challenge, string Nonce, string RedirectUri, string Subject);
}
