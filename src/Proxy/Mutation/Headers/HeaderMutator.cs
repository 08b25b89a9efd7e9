using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Mutation.Headers;

/// <param name="Headers">Header names with the templates of their values.</param>
internal sealed record HeaderSettings(IReadOnlyDictionary<string, string> Headers)
{
    public static readonly Schema<HeaderSettings> Schema = Declare.Object<HeaderSettings>("header", "Sets headers for the upstream, filled in from the subject.", o =>
    {
        var headers = o.Map("headers", "header", Declare.Text, "Header names with the templates of their values; a client's own are removed on every rule.")
            .NotEmpty("name at least one header")
            .NamesUpstreamHeaders();
        return read => new HeaderSettings(read.Get(headers));
    });
}

/// <summary>Sets headers for the upstream, filled in from the subject. A value that cannot be filled in refuses the request.</summary>
internal sealed class HeaderMutator(IReadOnlyList<NamedTemplate> headers) : IMutator
{
    public string Name => HeaderMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames { get; } = [.. headers.Select(header => header.Name)];

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var values = TemplateFacts.Of(request);
        foreach (var header in headers)
        {
            if (!header.TryRender(values, out var text, out var why))
            {
                return new(new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, $"header {why}"));
            }

            request.Identity.Set(header.Name, text);
        }

        return new(MutationOutcome.Done.Instance);
    }
}

internal sealed class HeaderMutatorKind : IHandlerKind<IMutator>
{
    public const string KindName = "header";

    public string Name => KindName;

    public Schema Schema => HeaderSettings.Schema;

    public IMutator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(HeaderSettings.Schema, out var settings) && NamedTemplate.CompileAll(preparation, settings.Headers, "header") is { } headers
            ? new HeaderMutator(headers)
            : null;
}
