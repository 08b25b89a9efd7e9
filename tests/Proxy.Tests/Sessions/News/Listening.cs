using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Tests.Sessions.News;

/// <summary>Remembers what it heard.</summary>
internal sealed class Listening : ISessionNewsHandler
{
    public List<SessionNews> Heard { get; } = [];

    public int Gaps { get; private set; }

    public int Silences { get; private set; }

    public void Handle(SessionNews news) => Heard.Add(news);

    public void HandleGap() => Gaps++;

    public void HandleSilence() => Silences++;
}
