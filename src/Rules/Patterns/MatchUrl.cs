using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary><c>scheme://host/path</c> as Oathkeeper matches it, in pooled memory.</summary>
internal readonly ref struct MatchUrl : IDisposable
{
    private readonly char[] buffer;
    private readonly int length;

    public MatchUrl(in RequestFacts facts)
    {
        var path = facts.Target.DecodedPath;
        buffer = ArrayPool<char>.Shared.Rent(facts.Scheme.Length + "://".Length + facts.Host.Length + path.Length);
        length = Append(facts.Scheme, 0);
        length = Append("://", length);
        length = Append(facts.Host, length);
        length = Append(path, length);
    }

    public ReadOnlySpan<char> Text => buffer.AsSpan(0, length);

    private int Append(string text, int at)
    {
        text.CopyTo(buffer.AsSpan(at));
        return at + text.Length;
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(buffer);
}
