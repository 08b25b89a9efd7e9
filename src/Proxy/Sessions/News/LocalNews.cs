namespace AuthProxy.Proxy.Sessions.News;

/// <summary>News where there is nobody else to tell, or no way to tell them.</summary>
internal sealed class LocalNews(NewsHandlers handlers) : ISessionNews
{
    public ValueTask<bool> PublishAsync(SessionNews news, CancellationToken cancellation)
    {
        handlers.Handle(news);
        return new(true);
    }
}
