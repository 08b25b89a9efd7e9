using System.Net.Http.Headers;

namespace AuthProxy.Proxy.Remotes;

/// <summary>What came of a question to a service.</summary>
internal abstract record RemoteOutcome
{
    private RemoteOutcome()
    {
    }

    /// <summary>The service answered, whatever it answered. A redirect is an answer like any other: it is never followed.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Headers">The answer's headers.</param>
    /// <param name="Body">The whole body, within the policy's limit.</param>
    public sealed record Answered(int Status, HttpHeaders Headers, ReadOnlyMemory<byte> Body) : RemoteOutcome;

    /// <summary>There is no answer that could be used: no connection, not in time, too long, compressed although nobody asked for it.</summary>
    /// <param name="Why">For the operator; holds no address with credentials and nothing of the answer.</param>
    public sealed record Unanswered(string Why) : RemoteOutcome;
}
