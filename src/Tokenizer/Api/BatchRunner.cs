using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Api;

/// <summary>Does the items of a batch, some at a time, and gives a result for each in the batch's order. No order among them is promised.</summary>
internal sealed class BatchRunner(VaultEvents events)
{
    /// <summary>Enough for the database to commit some together, and few enough to leave others theirs.</summary>
    private const int AtATime = 8;

    private static readonly Refused NoSuchOperation = new(TokenizerRefusals.RouteUnknown, "there is no operation at an item's path");

    public async Task<Answer> RunAsync<TCaller>(HttpContext context, Batch<TCaller> batch, TCaller caller, CancellationToken cancellation)
        where TCaller : ICaller<TCaller>
    {
        var results = new ItemResult[batch.Items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation };
        await Parallel.ForAsync(0, results.Length, options, async (number, stop) =>
            results[number] = await RunAsync(context, batch.Items[number], caller.Part(), stop));
        return new Answer.Plain(StatusCodes.Status200OK, writer => Write(writer, results));
    }

    private async ValueTask<ItemResult> RunAsync<TCaller>(HttpContext context, BatchItem<TCaller> item, TCaller caller, CancellationToken cancellation)
        where TCaller : ICaller<TCaller>
    {
        if (item.Operation is not { } operation)
        {
            return await RefuseAsync(context, OperationSet<TCaller>.BatchPath, AuditAction.Ask, caller.Audited, NoSuchOperation);
        }

        try
        {
            return await OperationSet<TCaller>.RunAsync(operation, caller, item.Body, cancellation) switch
            {
                Answer.Plain(var status, var write) => new ItemResult(status, PlainJson.ToBytes(write)),
                Answer.Done => new ItemResult(StatusCodes.Status204NoContent, null),
                Answer.No(var refused) => await RefuseAsync(context, operation.Path, operation.Action, caller.Audited, refused),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            var refused = Faults.ToRefused(fault);
            if (refused.Refusal.Status >= 500)
            {
                events.Failed(context.Listener() ?? "", operation.Path, fault);
            }

            return await RefuseAsync(context, operation.Path, operation.Action, caller.Audited, refused);
        }
    }

    private async ValueTask<ItemResult> RefuseAsync(HttpContext context, string path, AuditAction action, AuditedRequest audited, Refused refused)
    {
        // The line is written whether or not anybody still waits for the answer.
        var told = (await events.NoteRefusalAsync(context.Listener() ?? "", path, action, audited, refused, CancellationToken.None)).Refusal;
        var body = new ArrayBufferWriter<byte>(256);
        RefusalResponse.WriteBody(body, told, audited.TraceId);
        return new ItemResult(told.Status, body.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, ItemResult[] results)
    {
        writer.WriteStartArray("results");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", result.Status);
            if (result.Body is { } body)
            {
                writer.WritePropertyName("body");
                writer.WriteRawValue(body.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private sealed record ItemResult(int Status, ReadOnlyMemory<byte>? Body);
}
