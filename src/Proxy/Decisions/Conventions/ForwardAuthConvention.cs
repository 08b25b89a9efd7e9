namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>Caddy's forward_auth and Traefik's ForwardAuth: both always set all four headers themselves.</summary>
internal sealed class ForwardAuthConvention(string name) : Convention(name)
{
    public override OriginalRequest Read(HttpContext context)
    {
        if (!DecisionPath.IsExact(context))
        {
            return OriginalRequest.Elsewhere.Instance;
        }

        var headers = new StatedHeaders(context);
        return headers.Checked(new OriginalRequest.Stated(
            headers.Required("X-Forwarded-Method"),
            headers.Required("X-Forwarded-Proto"),
            headers.Required("X-Forwarded-Host"),
            headers.Required("X-Forwarded-Uri")));
    }
}
