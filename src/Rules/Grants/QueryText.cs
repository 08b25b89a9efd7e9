using System.Text;

namespace AuthProxy.Rules.Grants;

/// <summary>The parameters of a query, as a form would send them. A semicolon separates too: some servers still read it so.</summary>
internal readonly ref struct QueryText(ReadOnlySpan<char> query)
{
    private readonly ReadOnlySpan<char> _query = query.TrimStart('?');

    public Enumerator GetEnumerator() => new(_query);

    public ref struct Enumerator(ReadOnlySpan<char> rest)
    {
        private ReadOnlySpan<char> _rest = rest;

        public QueryParameter Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var end = _rest.IndexOfAny('&', ';');
            Current = new QueryParameter(end < 0 ? _rest : _rest[..end]);
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            return true;
        }
    }
}

internal readonly ref struct QueryParameter(ReadOnlySpan<char> text)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>False where the escapes are invalid or no UTF-8.</summary>
    public bool TryDecode(out string name, out string value)
    {
        var equals = _text.IndexOf('=');
        value = "";
        return TryDecode(equals < 0 ? _text : _text[..equals], out name)
            && (equals < 0 || TryDecode(_text[(equals + 1)..], out value));
    }

    private static bool TryDecode(ReadOnlySpan<char> encoded, out string decoded)
    {
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                bytes[length++] = encoded[i] == '+' ? (byte)' ' : (byte)encoded[i];
                continue;
            }

            if (i + 2 >= encoded.Length || !byte.TryParse(encoded.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[length++]))
            {
                decoded = "";
                return false;
            }

            i += 2;
        }

        try
        {
            decoded = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            decoded = "";
            return false;
        }
    }
}
