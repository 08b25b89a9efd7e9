using System.Diagnostics;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Http;

/// <summary>Answers a listener's requests by its routes. Whatever goes wrong below leaves here, in the envelope, under a name of the catalogue.</summary>
internal sealed class AnswerMiddleware(RouteTable routes, string listener, int mostAtOnce, VaultEvents events)
{
    private int _underWay;

    public async Task AnswerAsync(HttpContext context)
    {
        SetSafeHeaders(context.Response.Headers);
        try
        {
            await (Interlocked.Increment(ref _underWay) > mostAtOnce
                ? WriteAsync(context, "any", new Refused(TokenizerRefusals.Overloaded, $"more than {mostAtOnce} requests are under way"))
                : RouteAsync(context));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        var route = "none";
        try
        {
            var found = routes.Find(context);
            if (found is Outcome<VaultRoute>.Ok({ } known))
            {
                route = known.Path;
                await WriteAsync(context, route, await known.Handle(context));
            }
            else
            {
                await WriteAsync(context, route, ((Outcome<VaultRoute>.No)found).Refused);
            }
        }
        catch (Exception fault) when (context.RequestAborted.IsCancellationRequested)
        {
            events.Abandoned(listener, route, fault.GetType().Name);
        }
        catch (Exception fault)
        {
            await FailAsync(context, route, fault);
        }
    }

    private Task WriteAsync(HttpContext context, string route, Answer answer)
    {
        switch (answer)
        {
            case Answer.Data(var write):
                return Envelope.WriteDataAsync(context, write);
            case Answer.No(var refused):
                events.Refused(listener, route, refused);
                return Envelope.WriteRefusalAsync(context, refused.Refusal);
            case Answer.NoSession(var refused):
                return Envelope.WriteErrorAsync(context, StatusCodes.Status200OK, refused.Refusal);
            case Answer.Written:
                return Task.CompletedTask;
            default:
                throw new UnreachableException();
        }
    }

    private async Task FailAsync(HttpContext context, string route, Exception fault)
    {
        var refused = RefusedBy(fault);
        events.Refused(listener, route, refused);
        if (refused.Refusal.Status >= 500)
        {
            events.Failed(listener, route, fault);
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
        StoreUnavailableException => new(TokenizerRefusals.StoreUnavailable, fault.Message),
        DamagedValueException or DamagedRowException => new(TokenizerRefusals.ValueDamaged, fault.Message),
        UploadGivenUpException => new(TokenizerRefusals.UploadInterrupted, fault.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(TokenizerRefusals.BodyTooLarge, "the body is longer than is allowed here"),
        BadHttpRequestException bad => new(TokenizerRefusals.BodyInvalid, bad.Message),
        _ => new(TokenizerRefusals.InternalFault, fault.GetType().Name),
    };

    // Nothing that leaves here may be kept by a cache, or be taken by a browser for something else than it says it is.
    private static void SetSafeHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
