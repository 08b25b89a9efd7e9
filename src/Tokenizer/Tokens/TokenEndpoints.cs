using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary><c>POST /tokenize</c>, <c>/detokenize</c> and <c>/metadata/get</c>.</summary>
internal sealed class TokenEndpoints(TokenService tokens, UserDoor door, VaultEvents events)
{
    public IEnumerable<VaultRoute> Routes =>
    [
        new("POST", "/tokenize", door.Json(TokenizeAsync)) { Action = AuditAction.Tokenize },
        new("POST", "/detokenize", door.Json(DetokenizeAsync)) { Action = AuditAction.Detokenize },
        new("POST", "/metadata/get", door.Json(ReadMetadataAsync)) { Action = AuditAction.ReadMetadata },
    ];

    private async Task<Answer> TokenizeAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenDraft.TryMetadata(body, out var metadata))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "metadata is no JSON object");
        }

        switch (await tokens.TokenizeAsync(user, metadata, life: null, cancellation))
        {
            case Outcome<ValueAddress>.Ok({ } address):
                user.Audited.Token = address.Token;
                await events.TokenizedAsync(user, cancellation);
                return new Answer.Data(writer =>
                {
                    writer.WriteString("tokenId", address.Token.Text);
                    WriteAddress(writer, "uploadUrl", address);
                });
            case Outcome<ValueAddress>.No(var refused):
                return refused;
            default:
                throw new UnreachableException();
        }
    }

    private async Task<Answer> DetokenizeAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenOf(body, out var token))
        {
            return MalformedToken;
        }

        user.Audited.Token = token;
        switch (await tokens.DetokenizeAsync(user, token!, cancellation))
        {
            case Outcome<ValueAddress>.Ok({ } address):
                await events.DetokenizedAsync(user, cancellation);
                return new Answer.Data(writer => WriteAddress(writer, "downloadUrl", address));
            case Outcome<ValueAddress>.No(var refused):
                return refused;
            default:
                throw new UnreachableException();
        }
    }

    private async Task<Answer> ReadMetadataAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenOf(body, out var token))
        {
            return MalformedToken;
        }

        user.Audited.Token = token;
        switch (await tokens.ReadMetadataAsync(user, token!, cancellation))
        {
            case Outcome<byte[]>.Ok({ } metadata):
                await events.MetadataReadAsync(user, cancellation);
                return new Answer.Data(writer =>
                {
                    writer.WritePropertyName("metadata");
                    writer.WriteRawValue(metadata);
                });
            case Outcome<byte[]>.No(var refused):
                return refused;
            default:
                throw new UnreachableException();
        }
    }

    // LunaDefend's server calls it tokenID and its clients tokenId; member names are read without regard to case.
    private static bool TokenOf(JsonBody body, out DataToken? token)
    {
        token = null;
        return body.TryText("tokenId", out var text) && DataToken.TryParse(text, out token);
    }

    private static Refused MalformedToken => new(TokenizerRefusals.TokenMalformed, "tokenId is missing or no token");

    // The headers that LunaDefend's clients are to send along: ours need none.
    private static void WriteAddress(Utf8JsonWriter writer, string name, ValueAddress address)
    {
        writer.WriteString(name, address.Url);
        writer.WriteStartObject("headers");
        writer.WriteEndObject();
    }
}
