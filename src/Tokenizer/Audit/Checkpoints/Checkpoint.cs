using System.Buffers.Text;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>How far the whole audit goes at one moment, signed: every chain's end, and where retention has moved its beginning.</summary>
/// <param name="Realm">Whose audit it is.</param>
/// <param name="Number">1, 2, 3 and so on.</param>
/// <param name="Previous">The hash of the checkpoint before; zeros for the first.</param>
/// <param name="Since">The oldest checkpoint that is kept.</param>
/// <param name="MadeAt">Milliseconds since 1970.</param>
/// <param name="Chains">Every chain there is.</param>
internal sealed record Checkpoint(string Realm, long Number, byte[] Previous, long Since, long MadeAt, IReadOnlyList<ChainMark> Chains)
{
    /// <summary>The <c>iss</c> of every checkpoint.</summary>
    public const string Issuer = "authproxy-tokenizer";

    public string Sign(SigningKey key) => JwtSigner.Sign(key, JwtTypes.AuditCheckpoint, this, static (writer, checkpoint) =>
    {
        writer.WriteString("iss", Issuer);
        writer.WriteString("realm", checkpoint.Realm);

        // Not iat: a checkpoint is a record and no credential, and no reader's clock has a say in it.
        writer.WriteNumber("made_at", checkpoint.MadeAt);
        writer.WriteNumber("number", checkpoint.Number);
        writer.WriteString("previous", Base64Url.EncodeToString(checkpoint.Previous));
        writer.WriteNumber("since", checkpoint.Since);
        writer.WriteStartArray("chains");
        foreach (var mark in checkpoint.Chains)
        {
            mark.Write(writer);
        }

        writer.WriteEndArray();
    });

    public ChainMark? MarkOf(byte[] chain) => Chains.FirstOrDefault(mark => mark.Chain.AsSpan().SequenceEqual(chain));

    /// <returns>Null where a member is missing or malformed.</returns>
    public static Checkpoint? Read(VerifiedJwt jwt)
    {
        var claims = jwt.Claims;
        if (jwt.Text("realm") is not { } realm
            || !CheckpointClaims.TryNumber(claims, "number", out var number) || number < 1
            || !CheckpointClaims.TryBytes(claims, "previous", AuditLine.HashSize, out var previous)
            || !CheckpointClaims.TryNumber(claims, "since", out var since)
            || !CheckpointClaims.TryNumber(claims, "made_at", out var madeAt)
            || !claims.TryGetProperty("chains"u8, out var chains) || chains.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var marks = chains.EnumerateArray().Select(ChainMark.Read).ToArray();
        return Array.TrueForAll(marks, mark => mark is not null) ? new Checkpoint(realm, number, previous, since, madeAt, marks!) : null;
    }
}

/// <summary>Where one chain begins and ends.</summary>
/// <param name="Base">Lines up to this one may have been removed.</param>
/// <param name="BaseHash">The hash of that line, which the first one that is kept names as the one before it.</param>
/// <param name="Sequence">The last line.</param>
/// <param name="Hash">The hash of the last line.</param>
internal sealed record ChainMark(byte[] Chain, long Base, byte[] BaseHash, long Sequence, byte[] Hash)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("chain", Base64Url.EncodeToString(Chain));
        writer.WriteNumber("base", Base);
        writer.WriteString("base_hash", Base64Url.EncodeToString(BaseHash));
        writer.WriteNumber("sequence", Sequence);
        writer.WriteString("hash", Base64Url.EncodeToString(Hash));
        writer.WriteEndObject();
    }

    public static ChainMark? Read(JsonElement mark) =>
        mark.ValueKind == JsonValueKind.Object
        && CheckpointClaims.TryBytes(mark, "chain", AuditLine.IdSize, out var chain)
        && CheckpointClaims.TryNumber(mark, "base", out var start)
        && CheckpointClaims.TryBytes(mark, "base_hash", AuditLine.HashSize, out var baseHash)
        && CheckpointClaims.TryNumber(mark, "sequence", out var sequence)
        && CheckpointClaims.TryBytes(mark, "hash", AuditLine.HashSize, out var hash)
            ? new ChainMark(chain, start, baseHash, sequence, hash)
            : null;
}

internal static class CheckpointClaims
{
    public static bool TryNumber(JsonElement claims, string name, out long number)
    {
        number = 0;
        return claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number >= 0;
    }

    public static bool TryBytes(JsonElement claims, string name, int size, out byte[] bytes)
    {
        bytes = new byte[size];
        return claims.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { } text
            && Base64Url.IsValid(text, out var length) && length == size
            && Base64Url.TryDecodeFromChars(text, bytes, out _);
    }
}
