using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Logins;

/// <summary>A login under way, as its state says.</summary>
/// <param name="Mark">Spent by the login that it ends in.</param>
/// <param name="ExpiresAt">Milliseconds since 1970.</param>
internal sealed record LoginState(string Provider, byte[] Mark, long ExpiresAt);

/// <summary>
/// States of logins under way. A state says what it is for, and a keyed hash over that and the browser's binding cookie makes it ours: a login
/// that was only begun costs the database nothing, and a state is worth nothing in another browser.
/// </summary>
internal sealed class LoginStates(KeyRing ring, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const int NonceSize = 16;
    private const int HeadSize = NonceSize + sizeof(long);
    private const int MacSize = 32;
    private const int LongestText = 256;

    public string New(ApplicationSettings application, string provider, LoginSecret binding)
    {
        var payload = new byte[HeadSize + Encoding.ASCII.GetByteCount(provider)];
        RandomNumberGenerator.Fill(payload.AsSpan(0, NonceSize));
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(NonceSize), clock.NowMilliseconds() + (long)Life.TotalMilliseconds);
        Encoding.ASCII.GetBytes(provider, payload.AsSpan(HeadSize));
        return Base64Url.EncodeToString([.. payload, .. ring.LookupKeys.OfLoginState(application.Name, payload, binding.Bytes)]);
    }

    /// <returns>Null where the state is none of ours, was begun in another browser or for another application, or is too old.</returns>
    public LoginState? Read(string text, ApplicationSettings application, LoginSecret binding)
    {
        if (text.Length > LongestText || !Base64Url.IsValid(text, out var size) || size < HeadSize + MacSize)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        var payload = bytes[..^MacSize];
        if (!CryptographicOperations.FixedTimeEquals(bytes.AsSpan(payload.Length), ring.LookupKeys.OfLoginState(application.Name, payload, binding.Bytes)))
        {
            return null;
        }

        var end = BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(NonceSize));
        return clock.NowMilliseconds() < end
            ? new LoginState(Encoding.ASCII.GetString(payload.AsSpan(HeadSize)), ring.LookupKeys.OfSpent("login state", payload), end)
            : null;
    }
}
