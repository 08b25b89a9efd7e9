namespace AuthProxy.Proxy.Sessions.News;

/// <summary>All who act on news, one after the other. One that fails does not keep the others from hearing.</summary>
internal sealed class NewsHandlers(IEnumerable<ISessionNewsHandler> handlers, ILogger<NewsHandlers> log)
{
    private readonly ISessionNewsHandler[] _handlers = [.. handlers];
    private readonly Lock _telling = new();

    public void Handle(SessionNews news) => Each(handler => handler.Handle(news));

    public void HandleGap() => Each(static handler => handler.HandleGap());

    public void HandleSilence() => Each(static handler => handler.HandleSilence());

    private void Each(Action<ISessionNewsHandler> tell)
    {
        lock (_telling)
        {
            foreach (var handler in _handlers)
            {
                Tell(handler, tell);
            }
        }
    }

    private void Tell(ISessionNewsHandler handler, Action<ISessionNewsHandler> tell)
    {
        try
        {
            tell(handler);
        }
        catch (Exception fault)
        {
            log.NewsHandlerFailed(handler.GetType().Name, fault);
        }
    }
}
