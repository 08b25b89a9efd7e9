using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>A session as a proxy describes it.</summary>
/// <param name="End">Milliseconds since 1970.</param>
internal sealed record StatedSession(string Sid, string Issuer, string Subject, long End)
{
    /// <summary>No clock shows these, and a time past them would not fit where milliseconds are counted.</summary>
    private const long LastSecond = 253402300799;

    public const int LongestText = 1024;

    /// <summary>Reads it from a body's member; false where anything of it is missing or malformed.</summary>
    public static bool TryRead(JsonBody body, string member, [NotNullWhen(true)] out StatedSession? stated)
    {
        stated = body.TryObject(member, out var session)
            && session.TryText("sid", out var sid) && IsId(sid)
            && session.TryText("sub", out var subject) && IsId(subject)
            && session.TryText("sub_iss", out var issuer) && IsId(issuer)
            && session.TryMember("session_exp", JsonValueKind.Number, out var end)
            && end.TryGetInt64(out var seconds) && TryMilliseconds(seconds, out var milliseconds)
                ? new StatedSession(sid!, issuer!, subject!, milliseconds)
                : null;
        return stated is not null;
    }

    public SessionRecord ToRecord(LookupKeys keys, string realm) => new(keys.OfSession(realm, Sid), keys.OfSubject(Issuer, Subject).Hash, End);

    public static bool IsId(string? text) => text is { Length: > 0 and <= LongestText };

    public static bool TryMilliseconds(long seconds, out long milliseconds)
    {
        milliseconds = seconds is > 0 and <= LastSecond ? seconds * 1000 : 0;
        return milliseconds > 0;
    }
}
