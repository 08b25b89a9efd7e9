using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Api;

/// <summary>The operations of one listener: each at its address, and any of them together at /v1/batch.</summary>
internal sealed class OperationSet<TCaller>(IEnumerable<Operation<TCaller>> operations, Idempotency idempotency, BatchRunner batches)
    where TCaller : ICaller<TCaller>
{
    public const string BatchPath = "/v1/batch";

    /// <summary>How many bytes the object of a batch may have.</summary>
    public const int LongestBatch = 1024 * 1024;

    private readonly Dictionary<string, Operation<TCaller>> _byPath = operations.ToDictionary(operation => operation.Path, StringComparer.Ordinal);

    /// <param name="door">Puts the listener's door before an endpoint; it takes bodies up to so many bytes.</param>
    /// <param name="longest">How many bytes the object of one operation may have.</param>
    public IEnumerable<VaultRoute> Routes(Func<Func<HttpContext, TCaller, JsonBody, Task<Answer>>, int, Func<HttpContext, Task<Answer>>> door, int longest) =>
    [
        .. _byPath.Values.Select(operation => new VaultRoute("POST", operation.Path, door((context, caller, body) => AloneAsync(context, operation, caller, body), longest))
        {
            Action = operation.Action,
        }),
        new VaultRoute("POST", BatchPath, door(BatchAsync, LongestBatch)),
    ];

    /// <summary>Does one operation, after a look at what the object's members are called.</summary>
    public static Task<Answer> RunAsync(Operation<TCaller> operation, TCaller caller, JsonBody body, CancellationToken cancellation) =>
        body.HasOnly(operation.Members)
            ? operation.RunAsync(caller, body, cancellation)
            : Task.FromResult<Answer>(new Refused(TokenizerRefusals.BodyInvalid, $"the object has other members than {string.Join(", ", operation.Members)}"));

    private Task<Answer> AloneAsync(HttpContext context, Operation<TCaller> operation, TCaller caller, JsonBody body) => operation.IsRemembered
        ? idempotency.OnceAsync(context, caller.Identity, operation.Path, body, cancellation => RunAsync(operation, caller, body, cancellation))
        : RunAsync(operation, caller, body, context.RequestAborted);

    private async Task<Answer> BatchAsync(HttpContext context, TCaller caller, JsonBody body)
    {
        var read = Batch<TCaller>.Read(body, _byPath);
        if (read is not Outcome<Batch<TCaller>>.Ok({ } batch))
        {
            return ((Outcome<Batch<TCaller>>.No)read).Refused;
        }

        if (Idempotency.IsAskedFor(context) && !batch.IsRemembered)
        {
            return new Refused(TokenizerRefusals.IdempotencyKeyInvalid, "the batch reads, and what is read is not kept");
        }

        return await idempotency.OnceAsync(context, caller.Identity, BatchPath, body, cancellation => batches.RunAsync(context, batch, caller, cancellation));
    }
}
