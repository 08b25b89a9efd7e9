using System.Diagnostics;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Http;

/// <summary>Answers a listener's requests by its routes. Whatever goes wrong below leaves here, in the form of its address, under a name of the catalogue.</summary>
internal sealed class AnswerMiddleware(RouteTable routes, string listener, int mostAtOnce, VaultEvents events)
{
    private static readonly VaultRoute Anything = Named("any");
    private static readonly VaultRoute Nothing = Named("none");

    private int _underWay;

    public async Task AnswerAsync(HttpContext context)
    {
        SetSafeHeaders(context.Response.Headers);
        try
        {
            await (Interlocked.Increment(ref _underWay) > mostAtOnce
                ? WriteAsync(context, Anything, new Refused(TokenizerRefusals.Overloaded, $"more than {mostAtOnce} requests are under way"))
                : RouteAsync(context));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        var route = Nothing;
        try
        {
            var found = routes.Find(context);
            if (found is Outcome<VaultRoute>.Ok({ } known))
            {
                route = known;
                await WriteAsync(context, route, await known.Handle(context));
            }
            else
            {
                await WriteAsync(context, route, ((Outcome<VaultRoute>.No)found).Refused);
            }
        }
        catch (Exception fault) when (context.RequestAborted.IsCancellationRequested)
        {
            events.Abandoned(listener, route.Path, fault.GetType().Name);
        }
        catch (Exception fault)
        {
            await FailAsync(context, route, fault);
        }
    }

    private async Task WriteAsync(HttpContext context, VaultRoute route, Answer answer)
    {
        switch (answer)
        {
            case Answer.Data(var write):
                await Envelope.WriteDataAsync(context, write);
                break;
            case Answer.Plain(var status, var write):
                await PlainJson.WriteAsync(context, status, write);
                break;
            case Answer.Repeated(var status, var json):
                await PlainJson.WriteAsync(context, status, json);
                break;
            case Answer.Done:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case Answer.No(var refused):
                var told = await NoteAsync(context, route, refused);
                await WriteRefusalAsync(context, told.Refusal);
                break;
            case Answer.NoSession(var refused):
                await Envelope.WriteErrorAsync(context, StatusCodes.Status200OK, refused.Refusal);
                break;
            case Answer.Written:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private async Task FailAsync(HttpContext context, VaultRoute route, Exception fault)
    {
        var refused = await NoteAsync(context, route, Faults.ToRefused(fault));
        if (refused.Refusal.Status >= 500)
        {
            events.Failed(listener, route.Path, fault);
        }

        if (context.Response.HasStarted)
        {
            // Half of a value must not look like the whole of it: the client sees a broken connection.
            context.Abort();
            return;
        }

        context.Response.Clear();
        SetSafeHeaders(context.Response.Headers);
        await WriteRefusalAsync(context, refused.Refusal);
    }

    // The line is written whether or not anybody still waits for the answer.
    private Task<Refused> NoteAsync(HttpContext context, VaultRoute route, Refused refused) =>
        events.NoteRefusalAsync(listener, route.Path, route.Action, context.Features.Get<AuditedRequest>(), refused, CancellationToken.None);

    private static Task WriteRefusalAsync(HttpContext context, Refusal refusal) =>
        RouteTable.IsOurOwn(context) ? PlainJson.WriteRefusalAsync(context, refusal) : Envelope.WriteRefusalAsync(context, refusal);

    private static VaultRoute Named(string name) => new("", name, _ => throw new UnreachableException());

    // Nothing that leaves here may be kept by a cache, or be taken by a browser for something else than it says it is.
    private static void SetSafeHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
