using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>Envoy's ext_authz over HTTP with path_prefix: the request itself, method and host as they came, its path behind /decisions.</summary>
internal sealed class EnvoyConvention() : Convention("envoy")
{
    private const string HeadersToRemove = "X-Envoy-Auth-Headers-To-Remove";

    public override OriginalRequest Read(HttpContext context)
    {
        if (DecisionPath.RestOf(context) is not { } rest)
        {
            return OriginalRequest.Elsewhere.Instance;
        }

        var headers = new StatedHeaders(context);
        return headers.Checked(new OriginalRequest.Stated(
            context.Request.Method, headers.Optional("X-Forwarded-Proto") ?? headers.Scheme, headers.Host, rest));
    }

    /// <summary>Envoy removes what it is told to, and so whatever else could look like our word goes with it.</summary>
    public override void Withhold(IHeaderDictionary answer, IEnumerable<string> names) =>
        answer[HeadersToRemove] = string.Join(", ", names.Concat(UntrustedHeaders.OfOthers));
}
