using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Guests;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.Refresh;
using AuthProxy.Proxy.Tests.Sessions;
using AuthProxy.Rules;
using AuthProxy.Rules.Requirements;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>The Proxy's login with two hosts and a provider, driven request by request; below it an application that greets whoever is signed in.</summary>
internal sealed class LoginWorld : IAsyncDisposable
{
    public const string App = "https://app.example.com";
    public const string Vault = "https://vault.example.com";

    private static readonly Dictionary<string, Requirement> Requirements = new()
    {
        ["strong"] = new([], new AuthenticationRequirement(["gold", "platinum"], null)),
        ["fresh"] = new([], new AuthenticationRequirement([], TimeSpan.FromMinutes(5))),
        ["both"] = new([], new AuthenticationRequirement(["gold"], TimeSpan.FromMinutes(5))),
    };

    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;

    private LoginWorld(FakeClock clock, IReadOnlyList<StubProvider> providers, string oidc, params string[] publicUrls)
        : this(clock, providers, oidc, "", "", publicUrls)
    {
    }

    private LoginWorld(FakeClock clock, IReadOnlyList<StubProvider> providers, string oidc, string sessions, string more, string[] publicUrls)
    {
        (Clock, Providers) = (clock, providers);
        var settings = Read(
            $$"""
            realm: bank
            serve: { proxy: { public_urls: [{{string.Join(", ", publicUrls)}}] } }
            sessions: { {{sessions}} }
            authenticators:
              oidc:
                config: { {{oidc}} }
            {{more}}
            """);
        var faults = new ConfigFaults();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<ISessionStore>(Store);
        services.AddSingleton<ITokenizerGuests>(Tokenizer);
        services.AddSingleton(Some.Keys(clock));
        services.AddSingleton(new BearerKey(new byte[32]));
        services.AddSingleton<ProxyMetrics>();
        services.AddSingleton(new PublicAddresses(settings.Serve.Proxy.PublicUrls));
        services.AddOpenIdConnect(settings, settings.ReadOidc(faults));
        Assert.Empty(faults);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        var app = new ApplicationBuilder(_services);
        app.UseBackChannelLogout();
        app.Use(Freeze);
        app.UseReservedPaths();
        app.Run(GreetAsync);
        _pipeline = app.Build();
    }

    public FakeClock Clock { get; }

    public IReadOnlyList<StubProvider> Providers { get; }

    /// <summary>Where requests come from.</summary>
    public IPAddress Client { get; set; } = IPAddress.Loopback;

    /// <summary>The only provider, or the first.</summary>
    public StubProvider Provider => Providers[0];

    /// <summary>The second provider.</summary>
    public StubProvider Other => Providers[1];

    public StoreDouble Store { get; } = new(new MemorySessionStore());

    public AdoptionDouble Tokenizer { get; } = new();

    public LiveSessions Sessions => Get<LiveSessions>();

    /// <summary>A part of the Proxy.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public T Part<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static Task<LoginWorld> StartAsync(string oidc = "") => StartAsync(oidc, App, Vault);

    public static Task<LoginWorld> StartAsync(string oidc, params string[] publicUrls) => StartAsync(provider => $"{provider.Settings} {oidc}", publicUrls);

    /// <param name="oidc">All settings of the provider, without braces.</param>
    /// <param name="publicUrls">Our addresses.</param>
    public static async Task<LoginWorld> StartAsync(Func<StubProvider, string> oidc, params string[] publicUrls)
    {
        var clock = new FakeClock();
        var provider = await StubProvider.StartAsync(clock);
        return new LoginWorld(clock, [provider], oidc(provider), publicUrls.Length > 0 ? publicUrls : [App, Vault]);
    }

    /// <summary>With more of the configuration, whole lines.</summary>
    public static async Task<LoginWorld> StartWithAsync(string more, params string[] publicUrls)
    {
        var clock = new FakeClock();
        var provider = await StubProvider.StartAsync(clock);
        return new LoginWorld(clock, [provider], provider.Settings, "", more, publicUrls);
    }

    /// <summary>With settings of sessions, as flow members.</summary>
    public static async Task<LoginWorld> StartWithSessionsAsync(string sessions)
    {
        var clock = new FakeClock();
        var provider = await StubProvider.StartAsync(clock);
        return new LoginWorld(clock, [provider], provider.Settings, sessions, "", [App, Vault]);
    }

    /// <summary>With the providers <c>staff</c>, the first, and <c>customers</c>.</summary>
    public static async Task<LoginWorld> StartTwoAsync(string staff = "", string customers = "", string oidc = "")
    {
        var clock = new FakeClock();
        var (one, other) = (await StubProvider.StartAsync(clock, "staff"), await StubProvider.StartAsync(clock, "customers"));
        return new LoginWorld(
            clock, [one, other], $"providers: {{ staff: {{ {one.Settings} {staff} }}, customers: {{ {other.Settings} {customers} }} }} {oidc}", App, Vault);
    }

    /// <summary>The provider that an address leads to; null where it leads to none.</summary>
    public StubProvider? ProviderAt(string address) => Providers.FirstOrDefault(provider => address.StartsWith(provider.Issuer + "/", StringComparison.Ordinal));

    public static ProxySettings Read(string yaml)
    {
        var document = ConfigDocument.Parse(yaml, "authproxy.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = document.Read(ProxySettings.Schema);
        Assert.Empty(document.Faults);
        return settings!;
    }

    public Browser NewBrowser() => new(this);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (var provider in Providers)
        {
            await provider.DisposeAsync();
        }
    }

    public async Task<Answer> SendAsync(string method, string address, IReadOnlyDictionary<string, string> headers, Stream? body = null)
    {
        var url = new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = method;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        context.Features.Get<IHttpRequestFeature>()!.RawTarget = url.PathAndQuery;
        context.Request.Body = body ?? Stream.Null;
        context.Items["target"] = url.PathAndQuery;
        context.Items["address"] = new PublicAddress(url.Scheme, url.Authority);
        var starting = new StartingResponse();
        context.Features.Set<IHttpResponseFeature>(starting);
        context.Response.Body = new MemoryStream();
        await _pipeline(context);
        await starting.StartAsync();
        context.Response.Body.Position = 0;
        return new Answer(
            address, context.Response.StatusCode, context.Response.Headers, await new StreamReader(context.Response.Body).ReadToEndAsync());
    }

    // The application's greeting; whoever is not known is sent to log in, as the login error handler does it. The first segment of a
    // path names the providers that its rule wants, or what more it requires; below /guests nobody has to log in.
    private async Task GreetAsync(HttpContext context)
    {
        var request = context.Proxied();
        var providers = _services.GetRequiredService<OidcProviders>();
        var wanted = request.Received.Target.DecodedPath.Split('/')[1].Split('+').Select(providers.Find).OfType<Proxy.OpenIdConnect.OidcProvider>().ToList();
        var guests = request.Received.Target.DecodedPath.StartsWith("/guests", StringComparison.Ordinal) ? Get<GuestDoor>() : null;
        var authenticator = new OidcAuthenticator(Sessions, Get<SessionRefresher>(), providers, wanted, guests);
        var required = Requirements.GetValueOrDefault(request.Received.Target.DecodedPath.Split('/')[1]);
        request.Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(Requests.Rule() with { Require = required }, [authenticator], [], null, [], [], null) { Revision = 1 }, default);
        switch (await authenticator.AuthenticateAsync(context, request, default))
        {
            case AuthenticationOutcome.Accepted accepted when required is not null && await WhyNotAsync(context, request, accepted.Subject, required) is { } insufficient:
                context.Response.Headers[RefusalResponder.ReasonHeader] = insufficient.Reason;
                if (request.Received.Kind == RequestKind.Navigation && insufficient.Is(ProxyRefusals.AuthenticationInsufficient))
                {
                    await _services.GetRequiredService<ILoginStarter>().StartAsync(context, default);
                    break;
                }

                RefusalResponse.SetHead(context.Response, insufficient);
                break;
            case AuthenticationOutcome.Accepted { Subject: var subject }:
                await context.Response.WriteAsync($"hello {subject.Id} in {subject.Session!.Sid}");
                break;
            case AuthenticationOutcome.NotMine when request.Received.Kind == RequestKind.Navigation:
                await _services.GetRequiredService<ILoginStarter>().StartAsync(context, default);
                break;
            case AuthenticationOutcome.NotMine notMine:
                context.Response.StatusCode = 401;
                context.Response.Headers[RefusalResponder.ReasonHeader] = notMine.Refusal?.Reason;
                break;
            case AuthenticationOutcome.Rejected { Refusal: var refusal }:
                context.Response.StatusCode = refusal.Status;
                context.Response.Headers[RefusalResponder.ReasonHeader] = refusal.Reason;
                break;
        }
    }

    private async Task<Refusal?> WhyNotAsync(HttpContext context, ProxiedRequest request, Subject subject, Requirement required)
    {
        request.Subject = subject;
        var outcome = await new RequirementAuthorizer("require", required, Clock).AuthorizeAsync(context, request, default);
        return (outcome as AuthorizationOutcome.Refused)?.Refusal;
    }

    /// <summary>An answer whose head is written when the pipeline is through.</summary>
    private sealed class StartingResponse : HttpResponseFeature
    {
        private readonly Stack<Func<Task>> _starting = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push(() => callback(state));

        public async Task StartAsync()
        {
            while (_starting.TryPop(out var callback))
            {
                await callback();
            }
        }
    }

    private Task Freeze(HttpContext context, RequestDelegate next)
    {
        var target = Assert.IsType<TargetOutcome.Canonical>(CanonicalTarget.Parse((string)context.Items["target"]!, TargetOptions.Strict)).Target;
        context.Features.Set(new ProxiedRequest(new FrozenRequest(
            context.Request.Method, (PublicAddress)context.Items["address"]!, target, context.Request.Headers, Client,
            RequestKinds.Of(context.Request.Headers), false), PreparedRules.Empty));
        return next(context);
    }
}

internal sealed record Answer(string Address, int Status, IHeaderDictionary Headers, string Body)
{
    public string Location => Headers.Location.ToString();

    public string Reason => Headers[RefusalResponder.ReasonHeader].ToString();

    public bool IsRedirect => Status is 302 or 303;
}

/// <summary>The Tokenizer, as far as guests that log in are its affair.</summary>
internal sealed class AdoptionDouble : ITokenizerGuests
{
    public bool IsDown { get; set; }

    public List<(string Guest, string Sid, string Subject)> Adopted { get; } = [];

    public ValueTask<bool> AdoptAsync(Session guest, Session session, CancellationToken cancellation)
    {
        if (!IsDown)
        {
            Adopted.Add((guest.Sid, session.Sid, session.SubjectId));
        }

        return new(!IsDown);
    }
}
