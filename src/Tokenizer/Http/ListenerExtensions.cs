using AuthProxy.Hosting.Edges;
using AuthProxy.Tokenizer.Api;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Frame;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Http;

internal static class ListenerNames
{
    public const string Users = "users";
    public const string Services = "services";
}

/// <summary>Which routes are on which listener. None is on both but the plain health answer that LunaDefend's clients know.</summary>
internal static class ListenerExtensions
{
    private static readonly VaultRoute Health = new("GET", "/health", _ => Task.FromResult(Answer.Empty));

    public static void UseUsersListener(this WebApplication app)
    {
        var answers = AnswersOf(app, ListenerNames.Users,
        [
            .. app.Services.GetRequiredService<TokenEndpoints>().Routes,
            .. app.Services.GetRequiredService<ValueEndpoints>().Routes,
            .. app.Services.UserRoutes(),
            .. app.Services.GetRequiredService<UserSessionEndpoints>().Routes,
            .. app.Services.GetRequiredService<FrameEndpoints>().Routes,
            Health,
        ]);
        app.Use(next => context => context.Listener() == ListenerNames.Users ? answers.AnswerAsync(context) : next(context));
    }

    public static void UseServicesListener(this WebApplication app)
    {
        var answers = AnswersOf(app, ListenerNames.Services,
        [
            .. app.Services.GetRequiredService<GrantEndpoints>().Routes,
            .. app.Services.ServiceRoutes(),
            .. app.Services.GetRequiredService<SessionEndEndpoint>().Routes,
            .. app.Services.GetRequiredService<SessionAdoptionEndpoint>().Routes,
            Health,
        ]);
        app.Use(next => context => context.GetEndpoint() is null ? answers.AnswerAsync(context) : next(context));
    }

    private static AnswerMiddleware AnswersOf(WebApplication app, string listener, IReadOnlyList<VaultRoute> routes) =>
        new(new RouteTable(routes), listener, app.Services.GetRequiredService<TokenizerSettings>().Serve.Limits.Requests, app.Services.GetRequiredService<VaultEvents>());
}
