using System.Text.Json;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Api;

/// <summary>Several operations in one request. Each succeeds or fails by itself.</summary>
internal sealed class Batch<TCaller>
    where TCaller : ICaller<TCaller>
{
    public const int Largest = 100;

    private static readonly string[] Members = ["items"];
    private static readonly string[] ItemMembers = ["path", "body"];

    private Batch(IReadOnlyList<BatchItem<TCaller>> items) => Items = items;

    public IReadOnlyList<BatchItem<TCaller>> Items { get; }

    /// <summary>Whether the answers of all of them may be kept.</summary>
    public bool IsRemembered => Items.All(item => item.Operation is null or { IsRemembered: true });

    public static Outcome<Batch<TCaller>> Read(JsonBody body, IReadOnlyDictionary<string, Operation<TCaller>> operations)
    {
        if (!body.HasOnly(Members) || !body.TryMember("items", JsonValueKind.Array, out var array) || array.GetArrayLength() == 0)
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "items is missing, empty or no array, or there is something beside it");
        }

        if (array.GetArrayLength() > Largest)
        {
            return new Refused(TokenizerRefusals.BatchTooLarge, $"the batch holds {array.GetArrayLength()} items");
        }

        var items = new List<BatchItem<TCaller>>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            if (JsonBody.Of(element) is not { } item || !item.HasOnly(ItemMembers)
                || !item.TryText("path", out var path) || path is null || !item.TryObject("body", out var inner))
            {
                return new Refused(TokenizerRefusals.BodyInvalid, $"item {items.Count} is no object of path and body");
            }

            items.Add(new BatchItem<TCaller>(operations.GetValueOrDefault(path), inner));
        }

        return new Batch<TCaller>(items);
    }
}

/// <param name="Operation">Null where there is none at the item's path.</param>
internal sealed record BatchItem<TCaller>(Operation<TCaller>? Operation, JsonBody Body);
