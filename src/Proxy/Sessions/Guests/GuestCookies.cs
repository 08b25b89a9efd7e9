namespace AuthProxy.Proxy.Sessions.Guests;

/// <summary>Gives a guest its cookie along with whatever the application answers.</summary>
internal static class GuestCookies
{
    /// <summary>
    /// Added when the answer's head is written, so that neither a refusal on the way nor the upstream's own headers take it away; and no
    /// cache may keep an answer that would make everybody the same guest.
    /// </summary>
    public static void GiveAlong(HttpResponse response, CookieSecret cookie) => response.OnStarting(
        static state =>
        {
            var (answer, given) = ((HttpResponse, CookieSecret))state;
            answer.Headers.Append("Set-Cookie", SecretCookies.Line(SecretCookies.Session, given.Text));
            answer.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        },
        (response, cookie));
}
