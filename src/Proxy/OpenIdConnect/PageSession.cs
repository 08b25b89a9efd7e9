using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>The session of a page that asks about it.</summary>
internal abstract record PageSession
{
    private PageSession()
    {
    }

    public sealed record Open(Session Session, DateTimeOffset IdleUntil) : PageSession;

    public sealed record None : PageSession
    {
        public static readonly None Instance = new();
    }

    /// <summary>There are cookies of two; one was planted, and nobody can say which.</summary>
    public sealed record Ambiguous : PageSession
    {
        public static readonly Ambiguous Instance = new();
    }
}

/// <summary>Looks at sessions without using them: asking how long one has left must not make it last.</summary>
internal sealed class PageSessions(LiveSessions sessions)
{
    public async ValueTask<PageSession> FindAsync(FrozenRequest request, CancellationToken cancellation)
    {
        PageSession answer = PageSession.None.Instance;
        foreach (var cookie in SecretCookies.Read(request.Headers, SecretCookies.Session))
        {
            using var read = await sessions.ReadAsync(cookie, request.Address.Host, cancellation);
            switch (read)
            {
                case null:
                    break;
                case { Session.Sid: var sid } when answer is PageSession.Open other && other.Session.Sid != sid:
                    return PageSession.Ambiguous.Instance;
                default:
                    answer = new PageSession.Open(read.Session, read.Index.IdleUntil);
                    break;
            }
        }

        return answer;
    }
}
