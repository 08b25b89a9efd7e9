using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.Headers;

/// <param name="Headers">Header names with the templates of their values.</param>
internal sealed record HeaderSettings(IReadOnlyDictionary<string, string> Headers)
{
    // What frames the message, describes the body that the client sends, or speaks about the connection: not a rule's to say.
    private static readonly FrozenSet<string> Forwarding = new[]
    {
        "Allow", "Connection", "Expires", "Host", "Keep-Alive", "Last-Modified", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static readonly Schema<HeaderSettings> Schema = Declare.Object<HeaderSettings>("header", "Sets headers for the upstream, filled in from the subject.", o =>
    {
        var headers = o.Map("headers", "header", Declare.Text, "Header names with the templates of their values; a client's own are removed on every rule.")
            .NotEmpty("name at least one header")
            .Must(map => map.Keys.All(IsHeaderName), "write header names of letters, digits and -")
            .Must(map => !map.Keys.Any(IsForwardings), "leave out what the forwarding decides (Connection, Host, Content-Length, Content-Type, Transfer-Encoding, …)");
        return read => new HeaderSettings(read.Get(headers));
    });

    private static bool IsForwardings(string name) => Forwarding.Contains(name) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    // RFC 9110, section 5.6.2 allows more; what is left out only helps to confuse upstreams.
    private static bool IsHeaderName(string name) =>
        name.Length is > 0 and <= 256 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}

/// <summary>Sets headers for the upstream, filled in from the subject. A value that cannot be filled in refuses the request.</summary>
internal sealed class HeaderMutator(IReadOnlyList<(string Name, Template Value)> headers) : IMutator
{
    public string Name => HeaderMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames { get; } = [.. headers.Select(header => header.Name)];

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var values = TemplateFacts.Of(request);
        foreach (var (name, template) in headers)
        {
            switch (template.Render(values))
            {
                case TemplateOutcome.Rendered rendered:
                    request.Identity.Set(name, rendered.Text);
                    break;
                case TemplateOutcome.Failed failed:
                    return new(new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, $"header {name}: {failed.Why}"));
                default:
                    return new(new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, $"header {name}: the template gave no answer"));
            }
        }

        return new(MutationOutcome.Done.Instance);
    }
}

internal sealed class HeaderMutatorKind : IHandlerKind<IMutator>
{
    public const string KindName = "header";

    public string Name => KindName;

    public Schema Schema => HeaderSettings.Schema;

    public IMutator? Prepare(HandlerPreparation preparation)
    {
        if (!preparation.TryRead(HeaderSettings.Schema, out var settings))
        {
            return null;
        }

        var before = preparation.Faults.Count;
        var headers = new List<(string, Template)>();
        foreach (var (name, text) in settings.Headers)
        {
            if (Template.TryParse(text, out var fault) is { } template)
            {
                headers.Add((name, template));
            }
            else
            {
                preparation.Fault($"sets {name} by a template that cannot be used: {fault}");
            }
        }

        return preparation.Faults.Count == before ? new HeaderMutator(headers) : null;
    }
}
