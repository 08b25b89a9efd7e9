namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>
/// How one kind of proxy states the original request, and what it makes of an answer. Each reads its own headers and no others: the
/// rest are the client's, who may send whatever another convention would believe.
/// </summary>
internal abstract class Convention(string name)
{
    /// <summary>Oathkeeper's own, for what asked it before.</summary>
    public static readonly Convention Oathkeeper = new OathkeeperConvention();

    public static readonly IReadOnlyList<Convention> All =
        [Oathkeeper, new NginxConvention(), new ForwardAuthConvention("caddy"), new ForwardAuthConvention("traefik"), new EnvoyConvention()];

    /// <summary>The name that the configuration uses.</summary>
    public string Name { get; } = name;

    public abstract OriginalRequest Read(HttpContext context);

    /// <summary>Says of headers that the upstream must not get them from the client. By default an empty value, which overwrites whatever the client sent.</summary>
    public virtual void Withhold(IHeaderDictionary answer, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            answer[name] = "";
        }
    }

    /// <summary>Puts a refusal into words that this kind of proxy understands.</summary>
    public virtual void Phrase(HttpResponse refusal)
    {
    }
}
