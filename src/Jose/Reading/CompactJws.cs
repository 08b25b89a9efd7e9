using System.Text;

namespace AuthProxy.Jose.Reading;

/// <summary>A JSON web signature in compact form (RFC 7515, 7.1), taken apart and not yet verified. The payload may be anything.</summary>
internal sealed record CompactJws(JoseHeader Header, byte[] Payload, byte[] SigningInput, byte[] Signature)
{
    /// <summary>A null fault means success.</summary>
    public static string? Read(ReadOnlySpan<char> compact, JwtLimits limits, out CompactJws? jws)
    {
        jws = null;
        if (compact.Length > limits.MaxTokenBytes)
        {
            return $"the token is longer than {limits.MaxTokenBytes} bytes";
        }

        // RFC 7516, 9: five parts are an encrypted token. We hold no decryption keys on purpose: a compressed one can be a bomb.
        switch (compact.Count('.'))
        {
            case 2:
                break;
            case 4:
                return "the token is encrypted";
            default:
                return "the token does not have three parts";
        }

        var payloadAt = compact.IndexOf('.') + 1;
        var signatureAt = compact.LastIndexOf('.') + 1;
        if (!StrictBase64Url.TryDecode(compact[..(payloadAt - 1)], out var header)
            || !StrictBase64Url.TryDecode(compact[payloadAt..(signatureAt - 1)], out var payload)
            || !StrictBase64Url.TryDecode(compact[signatureAt..], out var signature))
        {
            return "a part of the token is not strict base64url";
        }

        if (signature.Length == 0)
        {
            return "the token has no signature";
        }

        if (JoseHeader.Read(header, limits, out var read) is { } fault)
        {
            return fault;
        }

        jws = new CompactJws(read!, payload, AsciiBytes(compact[..(signatureAt - 1)]), signature);
        return null;
    }

    private static byte[] AsciiBytes(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        Encoding.ASCII.GetBytes(text, bytes);
        return bytes;
    }
}
