using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Rehearsal;

/// <summary>Asks a service and remembers what it answered, as authorizers do that ask somebody.</summary>
internal sealed class CheckAuthorizer(IRemoteCaller caller, AnswerCache<RemoteOutcome> cache) : IAuthorizer
{
    public static readonly Uri Address = new("https://check.example/allow?key=hidden");

    public string Name => CheckAuthorizerKind.KindName;

    public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var outcome = await cache.GetAsync(
            AnswerKey.Of(request.Subject.Id),
            () => caller.AskAsync(new RemoteRequest(HttpMethod.Post, Address), new RemotePolicy(TimeSpan.FromSeconds(1)), CancellationToken.None),
            _ => TimeSpan.FromDays(1),
            cancellation);
        return outcome switch
        {
            RemoteOutcome.Answered { Status: 200 } => AuthorizationOutcome.Allowed.Instance,
            RemoteOutcome.Answered => new AuthorizationOutcome.Refused(ProxyRefusals.AccessDenied, "the service says no"),
            _ => new AuthorizationOutcome.Refused(ProxyRefusals.CheckUnavailable, "the service does not answer"),
        };
    }
}

internal sealed class CheckAuthorizerKind(IRemoteCaller caller, AnswerCache<RemoteOutcome> cache) : IHandlerKind<IAuthorizer>
{
    public const string KindName = "check";

    public string Name => KindName;

    public Schema Schema { get; } = NoSettings.Of(KindName, "Asks.");

    public static void Add(IServiceCollection services) => services
        .AddSingleton(provider => new AnswerCache<RemoteOutcome>(provider.GetRequiredService<TimeProvider>(), 10))
        .AddSingleton<IHandlerKind<IAuthorizer>, CheckAuthorizerKind>();

    public IAuthorizer? Prepare(HandlerPreparation preparation) => new CheckAuthorizer(caller, cache);
}
