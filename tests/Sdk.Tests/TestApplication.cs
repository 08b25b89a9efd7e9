using System.Net.Http.Json;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Sdk.Tests;

/// <summary>An application with the Sdk, and the Proxy's published keys and the Tokenizer's services listener as stubs; all real Kestrel on loopback.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    public const string Issuer = "https://proxy.example";
    public const string Token = "lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b11";
    public const string OtherToken = "lunasec-1d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b12";

    private WebApplication? _behind;
    private WebApplication? _application;
    private HttpClient? _http;

    public FakeClock Clock { get; init; } = new();

    public SigningKey ProxyKey { get; set; } = SigningKey.Generate();

    public SigningKey ApplicationKey { get; } = SigningKey.Generate();

    /// <summary>What the stub Tokenizer was asked, in order.</summary>
    public List<(string Path, string Authorization, JsonElement Body)> Calls { get; } = [];

    /// <summary>How the stub Tokenizer answers.</summary>
    public Func<string, JsonElement, IResult> Answer { get; set; } = (path, _) => Success(path == "/grant/verify" ? new { valid = true } : new object());

    /// <summary>How often the Proxy's keys were fetched.</summary>
    public int KeyFetches { get; private set; }

    public RequestDelegate Endpoint { get; set; } = context => context.Response.WriteAsync(context.User.Identity?.Name ?? "nobody");

    /// <summary>Endpoints instead of <see cref="Endpoint"/>.</summary>
    public Action<WebApplication>? Routes { get; init; }

    public Action<IServiceCollection>? Services { get; init; }

    public string BehindUrl => Address(_behind!);

    public static IResult Success(object data) => Results.Json(new { success = true, data });

    public static IResult Refusal(int status, string name) =>
        Results.Json(new { success = false, error = new { name, message = "No.", errorName = name, errorMessage = "No." } }, statusCode: status);

    public async Task<TestApplication> StartAsync(Action<AuthProxyIdentityOptions>? identity = null, Action<TokenizerOptions>? tokenizer = null)
    {
        _behind = Builder().Build();
        _behind.MapGet("/jwks", WriteKeys);
        _behind.MapPost("/grant/{operation}", AnswerAsync);
        await _behind.StartAsync();

        var builder = Builder();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddAuthProxyIdentity(options =>
        {
            options.Issuer = Issuer;
            options.Audience = "bank";
            options.JwksUrl = BehindUrl + "/jwks";
            identity?.Invoke(options);
        });
        builder.Services.AddTokenizer(options =>
        {
            options.Url = BehindUrl;
            options.Application = "bank";
            options.Key = ApplicationKey.ToPem();
            tokenizer?.Invoke(options);
        });
        builder.Services.AddProblemDetails();
        Services?.Invoke(builder.Services);
        _application = builder.Build();
        _application.UseExceptionHandler();
        _application.UseAuthentication();
        if (Routes is null)
        {
            _application.Run(context => Endpoint(context));
        }
        else
        {
            Routes(_application);
        }

        await _application.StartAsync();
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address(_application)) };
        return this;
    }

    /// <summary>Asks the application as the assertion's user; a body makes it a POST of JSON.</summary>
    public async Task<HttpResponseMessage> AskAsync(string path, object? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Headers.Add("X-Auth-Assertion", Assertion());
        request.Content = body is null ? null : JsonContent.Create(body);
        return await _http!.SendAsync(request);
    }

    public async Task<HttpResponseMessage> SendAsync(params string[] assertions)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        foreach (var assertion in assertions)
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Assertion", assertion);
        }

        return await _http!.SendAsync(request);
    }

    public async Task<string> WhoAsync(params string[] assertions)
    {
        using var response = await SendAsync(assertions);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>An assertion as the Proxy makes it, with changes.</summary>
    public string Assertion(
        string issuer = Issuer,
        string audience = "bank",
        string? sid = "session-1",
        string type = JwtTypes.Assertion,
        int life = 60,
        int age = 0,
        SigningKey? key = null,
        Action<Utf8JsonWriter>? more = null) => JwtSigner.Sign(key ?? ProxyKey, type, claims =>
    {
        var issued = Clock.GetUtcNow().ToUnixTimeSeconds() - age;
        claims.WriteString("iss", issuer);
        claims.WriteString("aud", audience);
        claims.WriteString("sub", "alice");
        claims.WriteString("sub_iss", "https://idp.example");
        if (sid is not null)
        {
            claims.WriteString("sid", sid);
            claims.WriteNumber("session_exp", issued + 3600);
        }

        claims.WriteNumber("iat", issued);
        claims.WriteNumber("exp", issued + life);
        claims.WriteString("jti", Guid.NewGuid().ToString("N"));
        claims.WriteString("name", "Alice Åhlgren");
        more?.Invoke(claims);
    });

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        if (_behind is not null)
        {
            await _behind.DisposeAsync();
        }
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }

    private static string Address(WebApplication application) =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private IResult WriteKeys()
    {
        KeyFetches++;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            ProxyKey.WritePublicKeySet(writer);
        }

        return Results.Bytes(buffer.ToArray(), "application/json");
    }

    private async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: cancellation);
        lock (Calls)
        {
            Calls.Add((context.Request.Path, context.Request.Headers.Authorization.ToString(), body));
        }

        return Answer(context.Request.Path, body);
    }
}
