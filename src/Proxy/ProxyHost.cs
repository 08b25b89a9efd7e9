using System.Text;
using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Health;
using AuthProxy.Hosting.Logging;
using AuthProxy.Hosting.Metrics;
using AuthProxy.Hosting.Tracing;
using AuthProxy.Jose;
using AuthProxy.Proxy.Admin;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Decisions;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Limits;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy;

/// <summary>The Proxy as a process: its parts, its listeners, and what each of them answers.</summary>
internal static class ProxyHost
{
    private const string ProxyListener = "proxy";
    private const string ApiListener = "api";
    private const string DecisionListener = "decisions";

    /// <summary>Everything that rules need to be prepared and requests to be walked.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">The operator's file.</param>
    /// <param name="oidc">The provider, where one is configured.</param>
    /// <param name="keys">What this workload signs with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="replace">What an embedder puts in afterwards; a rehearsal of rules has to do the same.</param>
    public static IServiceCollection AddProxy(
        this IServiceCollection services, ProxySettings settings, OidcSettings? oidc, ProxyKeys keys, TimeProvider time, Action<IServiceCollection>? replace = null) => services
        .AddSingleton(settings)
        .AddSingleton(settings.Serve.Proxy)
        .AddSingleton(settings.Serve.Limits)
        .AddSingleton(time)
        .AddSingleton<ProxyMetrics>()
        .AddKeys(keys)
        .AddRules()
        .AddLimits()
        .AddRehearsal(canLogIn: oidc is not null, replace)
        .AddAuthenticators()
        .AddOpenIdConnect(settings, oidc)
        .AddHeldBodies(settings.HeldBodies)
        .AddRemotes()
        .AddAuthorizers(settings)
        .AddMutators()
        .AddForwarding()
        .AddDecisions()
        .AddRefusals();

    /// <param name="settings">The operator's file.</param>
    /// <param name="oidc">The provider, where one is configured.</param>
    /// <param name="keys">What this workload signs with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="replace">Parts of an embedder's own, put in last.</param>
    public static WebApplication Build(ProxySettings settings, OidcSettings? oidc, ProxyKeys keys, TimeProvider time, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });

        // The one configuration is the operator's file: no appsettings.json or ASPNETCORE_ variable opens another listener.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddJsonLines(settings.Log, time);
        builder.Services.AddMetricsEndpoint(ProxyMetrics.IsByRule, ProxyMetrics.MeterName).AddTracing(settings.Tracing).AddProxy(settings, oidc, keys, time, replace);
        Listen(builder.AddEdges(settings.Serve.Limits, settings.Drain, new HealthState()), settings);

        // Header bytes pass as they came, whatever encoding they were meant in.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapWhen(context => context.Listener() == ApiListener, api => api.Run(ApiPipeline(app.Services, settings.Serve.Decisions)));
        app.MapWhen(context => context.Listener() == DecisionListener, decisions => decisions.UseDecisionPipeline());
        app.MapWhen(context => context.Listener() == AdminListener.Name, admin => admin.Run(AdminListener.Pipeline(app.Services)));
        app.MapWhen(context => context.Listener() == ProxyListener, proxy => proxy.UseProxyPipeline());
        return app;
    }

    private static void Listen(EdgeBuilder edges, ProxySettings settings)
    {
        if (settings.Serve.Proxy.Enabled)
        {
            edges.Listen(ProxyListener, settings.Serve.Proxy.Listener);
        }

        edges.Listen(ApiListener, settings.Serve.Api);
        if (settings.Serve.Decisions.Listen is { } decisions)
        {
            edges.Listen(DecisionListener, decisions);
        }

        if (AdminListener.Settings(settings) is { } admin)
        {
            edges.Listen(AdminListener.Name, admin);
        }
    }

    // A pipeline of its own: nothing that is mapped here can be reached on another listener.
    private static RequestDelegate ApiPipeline(IServiceProvider services, DecisionSettings decisions)
    {
        var api = new ApplicationBuilder(services);
        if (decisions.Listen is null)
        {
            api.MapWhen(DecisionPath.IsAsked, asked => asked.UseDecisionPipeline());
        }

        var jwks = new JwksEndpoint(services.GetRequiredService<SigningKeyRing>(), services.GetRequiredService<RuleSource>());
        api.UseRouting();
        api.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth(services.GetRequiredService<HealthState>());
            endpoints.MapMetrics();
            endpoints.MapMethods(JwksEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], jwks.AnswerAsync);
        });
        return api.Build();
    }
}
