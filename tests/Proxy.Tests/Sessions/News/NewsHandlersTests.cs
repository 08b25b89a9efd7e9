using AuthProxy.Proxy.Sessions.News;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.News;

public class NewsHandlersTests
{
    [Fact]
    public void Handler_that_fails_keeps_no_other_from_hearing()
    {
        var listening = new Listening();
        var handlers = new NewsHandlers([new Failing(), listening], NullLogger<NewsHandlers>.Instance);
        var news = new SessionNews.Changed("s");

        handlers.Handle(news);
        handlers.HandleGap();

        Assert.Equal([news], listening.Heard);
        Assert.Equal(1, listening.Gaps);
    }

    private sealed class Failing : ISessionNewsHandler
    {
        public void Handle(SessionNews news) => throw new InvalidOperationException();

        public void HandleGap() => throw new InvalidOperationException();
    }
}
