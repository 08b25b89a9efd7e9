using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary><c>scheme://host/path</c> as Oathkeeper matches it, in pooled memory.</summary>
internal readonly ref struct MatchUrl : IDisposable
{
    /// <summary>Stands behind the URL, so that what must end it can be searched for like any other text; no URL holds it.</summary>
    public const char End = '\0';

    private readonly char[] _buffer;
    private readonly int _length;

    public MatchUrl(in RequestFacts facts)
    {
        var path = facts.Target.DecodedPath;
        _buffer = ArrayPool<char>.Shared.Rent(facts.Scheme.Length + "://".Length + facts.Host.Length + path.Length + 1);
        _length = Append(facts.Scheme, 0);
        _length = Append("://", _length);
        _length = Append(facts.Host, _length);
        _length = Append(path, _length);
        _buffer[_length] = End;
    }

    public ReadOnlySpan<char> Text => _buffer.AsSpan(0, _length);

    public ReadOnlySpan<char> Closed => _buffer.AsSpan(0, _length + 1);

    private int Append(string text, int at)
    {
        text.CopyTo(_buffer.AsSpan(at));
        return at + text.Length;
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(_buffer);
}
