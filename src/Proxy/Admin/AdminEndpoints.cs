using System.Globalization;
using AuthProxy.Jose;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.Admin;

/// <summary>What operators may ask: the version, the rules in force, that keys are read again, sessions and their ends.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder endpoints, IServiceProvider services)
    {
        var rules = services.GetRequiredService<RuleSource>();
        var keys = services.GetRequiredService<SigningKeyRing>();
        endpoints.MapGet("/version", context => AdminAnswers.WriteObjectAsync(context, static json => json.WriteString("version"u8, VersionCommand.Version)));
        endpoints.MapGet("/rules", context => ListAsync(context, rules.Current));
        endpoints.MapGet("/rules/{**id}", context => ShowAsync(context, rules.Current));
        endpoints.MapPost("/keys/reload", context => ReloadAsync(context, keys));
        MapSessions(endpoints, services);
    }

    // Without a provider there are no sessions, and no store that would have to be opened to say so.
    private static void MapSessions(IEndpointRouteBuilder endpoints, IServiceProvider services)
    {
        if (services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(SessionEnds)))
        {
            var sessions = services.GetRequiredService<SessionEndpoints>();
            endpoints.MapGet("/sessions", sessions.ListAsync);
            endpoints.MapPost("/sessions/end", sessions.EndAsync);
        }
    }

    private static Task ListAsync(HttpContext context, PreparedRules rules)
    {
        if (RulePage.Read(context) is not { } page)
        {
            return AdminAnswers.RefuseAsync(context, ProxyRefusals.RequestMalformed);
        }

        // As Oathkeeper pages: the list itself is the body, and how many there are is said beside it.
        context.Response.Headers["X-Total-Count"] = rules.Valid.Count.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Rules-Revision"] = rules.Revision.ToString(CultureInfo.InvariantCulture);
        return AdminAnswers.WriteAsync(context, json => RulesView.Write(json, rules.Valid.Skip(page.Offset).Take(page.Limit)));
    }

    private static Task ShowAsync(HttpContext context, PreparedRules rules)
    {
        var id = context.GetRouteValue("id") as string;
        return rules.Valid.FirstOrDefault(rule => rule.Rule.Id == id) is { } found
            ? AdminAnswers.WriteAsync(context, json => RulesView.Write(json, found.Rule))
            : AdminAnswers.RefuseAsync(context, ProxyRefusals.EndpointUnknown);
    }

    private static Task ReloadAsync(HttpContext context, SigningKeyRing keys)
    {
        var outcome = keys.Reload();
        if (outcome is SigningKeyReloadOutcome.Failed)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
        }

        return AdminAnswers.WriteObjectAsync(context, json =>
        {
            json.WriteBoolean("changed"u8, outcome is SigningKeyReloadOutcome.Changed);
            json.WriteString("current"u8, keys.Current.KeyId);
            json.WriteString("previous"u8, keys.Previous?.KeyId);
            if (outcome is SigningKeyReloadOutcome.Failed failed)
            {
                json.WriteString("fault"u8, failed.Why);
            }
        });
    }
}
