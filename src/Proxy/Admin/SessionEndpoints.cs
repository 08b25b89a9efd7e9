using System.Diagnostics;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.Admin;

/// <summary>What operators may ask about sessions: which there are, and that they end.</summary>
internal sealed class SessionEndpoints(SessionDirectory directory, SessionEnds ends, TimeProvider clock, ILogger<SessionEndpoints> log)
{
    public async Task ListAsync(HttpContext context)
    {
        if (SessionQuestion.Read(context) is not { } question)
        {
            await AdminAnswers.RefuseAsync(context, ProxyRefusals.RequestMalformed);
            return;
        }

        await AskStoreAsync(context, async () =>
        {
            var page = await FindAsync(question, context.RequestAborted);
            await AdminAnswers.WriteObjectAsync(context, json => SessionsView.Write(json, page));
        });
    }

    public async Task EndAsync(HttpContext context)
    {
        if (await EndOrder.ReadAsync(context, context.RequestAborted) is not { } order)
        {
            await AdminAnswers.RefuseAsync(context, ProxyRefusals.RequestMalformed);
            return;
        }

        await AskStoreAsync(context, async () =>
        {
            // An operator who hangs up half way has still given the order.
            var ended = await EndAsync(order, CancellationToken.None);
            log.OperatorEnded(NameOf(order), ended);
            await AdminAnswers.WriteObjectAsync(context, json => json.WriteNumber("ended"u8, ended));
        });
    }

    private ValueTask<SessionPage> FindAsync(SessionQuestion question, CancellationToken cancellation) => question switch
    {
        { Subject: { } subject } => directory.ListOfSubjectAsync(question.Issuer!, subject, question.Limit, cancellation),
        { ProviderSession: { } session } => directory.ListOfProviderSessionAsync(question.Issuer!, session, question.Limit, cancellation),
        _ => directory.ListAsync(question.After, question.Limit, cancellation),
    };

    private async ValueTask<int> EndAsync(EndOrder order, CancellationToken cancellation) => order switch
    {
        EndOrder.One one => await ends.EndOneAsync(one.Sid, SessionEndReason.Operator, cancellation) ? 1 : 0,
        EndOrder.OfSubject(var issuer, var subject) => await ends.EndSubjectAsync(issuer, subject, clock.GetUtcNow(), SessionEndReason.Operator, cancellation),
        EndOrder.OfProviderSession(var issuer, var session) =>
            await ends.EndProviderSessionAsync(issuer, session, null, clock.GetUtcNow(), SessionEndReason.Operator, cancellation),
        EndOrder.Everything => await ends.EndEverythingAsync(SessionEndReason.Operator, cancellation),
        _ => throw new UnreachableException(),
    };

    private static async Task AskStoreAsync(HttpContext context, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (SessionStoreException)
        {
            await AdminAnswers.RefuseAsync(context, ProxyRefusals.SessionStoreUnavailable);
        }
    }

    private static string NameOf(EndOrder order) => order switch
    {
        EndOrder.One => "one session",
        EndOrder.OfSubject => "a subject's sessions",
        EndOrder.OfProviderSession => "a provider session's sessions",
        _ => "all sessions",
    };
}

internal static partial class Log
{
    [LoggerMessage(1790, LogLevel.Warning, "An operator ended {What}; {Count} ended")]
    public static partial void OperatorEnded(this ILogger log, string what, int count);
}
