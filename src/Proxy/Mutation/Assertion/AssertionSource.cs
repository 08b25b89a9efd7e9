using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Mutation.Assertion;

/// <summary>Signs assertions, and hands one out again for at most half of its life.</summary>
internal sealed class AssertionSource(SigningKeyRing keys, AssertionSettings settings, AssertionCache cache, TimeProvider time)
{
    // Upstreams read headers up to 8 KiB by default, some 4 KiB; an assertion that arrives nowhere must not look like one that did.
    private const int LongestAssertion = 8 * 1024;

    /// <summary>The assertion about this subject; null where it would be too long for a header.</summary>
    public string? For(Subject subject, AssertionProfile profile)
    {
        var version = keys.Version;
        if (cache.TryGet(subject, profile, version, out var remembered))
        {
            return remembered;
        }

        if (Sign(subject, profile, null, out var reusable) is not { } assertion)
        {
            return null;
        }

        cache.Add(subject, profile, version, assertion, reusable);
        return assertion;
    }

    /// <summary>One that says for which method and address it was made: good for this request and never handed out again.</summary>
    public string? ForRequest(Subject subject, AssertionProfile profile, FrozenRequest request) => Sign(subject, profile, request, out _);

    private string? Sign(Subject subject, AssertionProfile profile, FrozenRequest? request, out TimeSpan reusable)
    {
        var now = time.GetUtcNow();
        var expires = now + settings.Lifetime;

        // It never speaks for a session that has ended by then.
        if (subject.Session is { } session && session.ExpiresAt < expires)
        {
            expires = session.ExpiresAt;
        }

        var assertion = JwtSigner.Sign(keys.Current, JwtTypes.Assertion, new Content(subject, profile, request, settings.Issuer, now, expires), static (writer, content) => content.Write(writer));
        reusable = (expires - now) / 2;
        return assertion.Length > LongestAssertion ? null : assertion;
    }

    private readonly record struct Content(Subject Subject, AssertionProfile Profile, FrozenRequest? Request, string Issuer, DateTimeOffset Now, DateTimeOffset Expires)
    {
        public void Write(Utf8JsonWriter writer)
        {
            writer.WriteString("iss"u8, Issuer);
            writer.WriteString("aud"u8, Profile.Audience);
            writer.WriteString("sub"u8, Subject.Id);
            writer.WriteString("sub_iss"u8, Subject.Issuer);
            if (Subject.Session is { } session)
            {
                writer.WriteString("sid"u8, session.Sid);
                writer.WriteNumber("session_exp"u8, session.ExpiresAt.ToUnixTimeSeconds());
                if (session.IsGuest)
                {
                    writer.WriteBoolean("guest"u8, true);
                }
            }

            writer.WriteNumber("iat"u8, Now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, Expires.ToUnixTimeSeconds());
            WriteId(writer);

            // As a proof of possession names its request (RFC 9449, section 4.2): method, and address without the query.
            if (Request is not null)
            {
                writer.WriteString("htm"u8, Request.Method);
                writer.WriteString("htu"u8, Request.Address.Origin + Request.Target.Path);
            }

            foreach (var name in Profile.Claims)
            {
                if (Subject.Claims.TryGetProperty(name, out var value))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }
        }

        private static void WriteId(Utf8JsonWriter writer)
        {
            Span<byte> id = stackalloc byte[16];
            RandomNumberGenerator.Fill(id);
            Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(id.Length)];
            Base64Url.EncodeToUtf8(id, text);
            writer.WriteString("jti"u8, text);
        }
    }
}
