namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>A living session with what opens its record anew: nobody else in the Proxy can, once the request is over.</summary>
internal sealed record HeldSession(Session Session, CookieSecret Cookie, string Host)
{
    public override string ToString() => Session.ToString();
}
