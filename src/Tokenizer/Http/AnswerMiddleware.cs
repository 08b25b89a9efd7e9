using System.Diagnostics;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Http;

/// <summary>Answers a listener's requests by its routes. Whatever goes wrong below leaves here, in the envelope, under a name of the catalogue.</summary>
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
            case Answer.No(var refused):
                var told = await NotedAsync(context, route, refused);
                await Envelope.WriteRefusalAsync(context, told.Refusal);
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

    /// <returns>The refusal that may be told: another one where this one cannot be written down.</returns>
    private async Task<Refused> NotedAsync(HttpContext context, VaultRoute route, Refused refused)
    {
        // The line is written whether or not anybody still waits for the answer.
        var request = context.Features.Get<AuditedRequest>();
        try
        {
            await events.RefusedAsync(listener, route.Path, route.Action, request, refused, CancellationToken.None);
            return refused;
        }
        catch (AuditUnavailableException fault)
        {
            var unavailable = new Refused(TokenizerRefusals.AuditUnavailable, fault.Message);
            await events.RefusedAsync(listener, route.Path, route.Action, request, unavailable, CancellationToken.None);
            return unavailable;
        }
    }

    private async Task FailAsync(HttpContext context, VaultRoute route, Exception fault)
    {
        var refused = await NotedAsync(context, route, RefusedBy(fault));
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
        await Envelope.WriteRefusalAsync(context, refused.Refusal);
    }

    private static Refused RefusedBy(Exception fault) => fault switch
    {
        AuditUnavailableException => new(TokenizerRefusals.AuditUnavailable, fault.Message),
        StoreUnavailableException => new(TokenizerRefusals.StoreUnavailable, fault.Message),
        DamagedValueException or DamagedRowException => new(TokenizerRefusals.ValueDamaged, fault.Message),
        UploadGivenUpException => new(TokenizerRefusals.UploadInterrupted, fault.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(TokenizerRefusals.BodyTooLarge, "the body is longer than is allowed here"),
        BadHttpRequestException bad => new(TokenizerRefusals.BodyInvalid, bad.Message),
        _ => new(TokenizerRefusals.InternalFault, fault.GetType().Name),
    };

    private static VaultRoute Named(string name) => new("", name, _ => throw new UnreachableException());

    // Nothing that leaves here may be kept by a cache, or be taken by a browser for something else than it says it is.
    private static void SetSafeHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
