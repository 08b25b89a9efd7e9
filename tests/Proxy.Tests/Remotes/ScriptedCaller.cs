using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Tests.Remotes;

/// <summary>Stands for every service that handlers ask: remembers the questions, answers as told, and can be held.</summary>
internal sealed class ScriptedCaller : IRemoteCaller
{
    public ScriptedCaller(Func<RemoteRequest, RemoteOutcome>? answer = null) => Answer = answer ?? (_ => Status(200));

    public ScriptedCaller(string body)
        : this(_ => Ok(body))
    {
    }

    public List<RemoteRequest> Asked { get; } = [];

    public RemoteRequest Last => Asked[^1];

    public Func<RemoteRequest, RemoteOutcome> Answer { get; set; }

    /// <summary>Where set, answers wait for it.</summary>
    public TaskCompletionSource? Held { get; set; }

    public async ValueTask<RemoteOutcome> AskAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation)
    {
        lock (Asked)
        {
            Asked.Add(request);
        }

        if (Held is { } held)
        {
            await held.Task.WaitAsync(cancellation);
        }

        return Answer(request);
    }

    public static RemoteOutcome Ok(string body) => Status(200, body);

    public static RemoteOutcome Status(int status, string body = "", params (string Name, string Value)[] headers)
    {
        using var message = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        HttpHeaders kept = message.Headers;
        return new RemoteOutcome.Answered(status, kept, Encoding.UTF8.GetBytes(body));
    }

    public static string? HeaderOf(RemoteRequest request, string name)
    {
        var values = request.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        return values.Count == 0 ? null : string.Join(" | ", values);
    }

    public static string BodyOf(RemoteRequest request) => Encoding.UTF8.GetString(request.Body!.Value.Span);
}
