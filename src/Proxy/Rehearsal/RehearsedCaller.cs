using System.Text;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Answers for every service from the script. Nothing leaves the process.</summary>
internal sealed class RehearsedCaller(Prompter prompter) : IRemoteCaller
{
    public ValueTask<RemoteOutcome> AskAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation)
    {
        if (prompter.Script.Find(request.Method, request.Address) is not { } answer)
        {
            return new(new RemoteOutcome.Unanswered("nobody is asked in a rehearsal"));
        }

        var headers = new HttpResponseMessage().Headers;
        foreach (var (name, value) in answer.Headers)
        {
            headers.TryAddWithoutValidation(name, value);
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        return new(body.Length > policy.LongestAnswer
            ? new RemoteOutcome.Unanswered($"the answer is longer than {policy.LongestAnswer} bytes")
            : new RemoteOutcome.Answered(answer.Status, headers, body));
    }
}
