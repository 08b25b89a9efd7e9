using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary><c>scheme://host/path</c> as Oathkeeper matches it, in pooled memory.</summary>
internal readonly ref struct MatchUrl : IDisposable
{
    private readonly char[] _buffer;
    private readonly int _length;

    public MatchUrl(in RequestFacts facts)
    {
        var path = facts.Target.DecodedPath;
        _buffer = ArrayPool<char>.Shared.Rent(facts.Scheme.Length + "://".Length + facts.Host.Length + path.Length);
        _length = Append(facts.Scheme, 0);
        _length = Append("://", _length);
        _length = Append(facts.Host, _length);
        _length = Append(path, _length);
    }

    public ReadOnlySpan<char> Text => _buffer.AsSpan(0, _length);

    private int Append(string text, int at)
    {
        text.CopyTo(_buffer.AsSpan(at));
        return at + text.Length;
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(_buffer);
}
