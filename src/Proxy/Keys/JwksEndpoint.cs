using System.Buffers;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation.IdToken;

namespace AuthProxy.Proxy.Keys;

/// <summary>
/// The public halves of the signing keys, current and previous, for whoever verifies what this Proxy signs; behind them those of the keys with
/// which rules in force have ID tokens signed.
/// </summary>
internal sealed class JwksEndpoint(SigningKeyRing keys, RuleSource rules)
{
    public const string Path = "/.well-known/jwks.json";

    public async Task AnswerAsync(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        var tokenKeys = await TokenKeysAsync(context.RequestAborted);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            keys.WritePublicKeys(writer);
            foreach (var set in tokenKeys)
            {
                set.WritePublicKeys(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;

        // Short, so that a rotated key is known well before the previous one goes.
        context.Response.Headers.CacheControl = "public, max-age=60";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }

    // Keys that cannot be had now sign nothing either.
    private async ValueTask<IReadOnlyList<SigningKeySet>> TokenKeysAsync(CancellationToken cancellation)
    {
        var sets = new List<SigningKeySet>();
        foreach (var tokenKeys in rules.Current.Rules.SelectMany(rule => rule.Mutators).OfType<IdTokenMutator>().Select(mutator => mutator.Keys).Distinct())
        {
            if (await tokenKeys.CurrentAsync(cancellation) is { } set)
            {
                sets.Add(set);
            }
        }

        return sets;
    }
}
