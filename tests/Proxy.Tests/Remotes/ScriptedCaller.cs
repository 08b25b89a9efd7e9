using System.Text;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Tests.Remotes;

/// <summary>Stands in for every service: remembers what was asked and answers as a test wants.</summary>
internal sealed class ScriptedCaller(Func<RemoteRequest, RemoteOutcome>? answer = null) : IRemoteCaller
{
    public List<RemoteRequest> Asked { get; } = [];

    public Func<RemoteRequest, RemoteOutcome> Answer { get; set; } = answer ?? (_ => Status(200));

    public static RemoteOutcome Status(int status, string body = "", params (string Name, string Value)[] headers)
    {
        var message = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return new RemoteOutcome.Answered(status, message.Headers, Encoding.UTF8.GetBytes(body));
    }

    public ValueTask<RemoteOutcome> AskAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation)
    {
        lock (Asked)
        {
            Asked.Add(request);
        }

        return new(Answer(request));
    }
}
