namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>Oathkeeper's: X-Forwarded-Method, -Proto, -Host and -Uri, each in place of what the request itself says; without -Uri the path behind /decisions.</summary>
internal sealed class OathkeeperConvention() : Convention("oathkeeper")
{
    public override OriginalRequest Read(HttpContext context)
    {
        if (DecisionPath.RestOf(context) is not { } rest)
        {
            return OriginalRequest.Elsewhere.Instance;
        }

        var headers = new StatedHeaders(context);
        return headers.Checked(new OriginalRequest.Stated(
            headers.Optional("X-Forwarded-Method") ?? context.Request.Method,
            headers.Optional("X-Forwarded-Proto") ?? headers.Scheme,
            headers.Optional("X-Forwarded-Host") ?? headers.Host,
            headers.Optional("X-Forwarded-Uri") ?? rest));
    }
}
