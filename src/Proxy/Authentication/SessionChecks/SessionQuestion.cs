using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <summary>Makes the question whether a session is good: nothing of the client's is in it that the rule does not name.</summary>
/// <param name="settings">What the rule names.</param>
/// <param name="credentialHeader">The header that always goes along.</param>
internal sealed class SessionQuestion(SessionCheckSettings settings, string credentialHeader)
{
    // Uri would turn %41 into A: the service has to see the path that is forwarded.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly string _origin = ServiceAddress.OriginOf(settings.CheckUrl);
    private readonly IReadOnlyList<string> _copied =
        [.. settings.CopiedHeaders.Append(credentialHeader).Where(ServiceHeaders.MaySend).Distinct(StringComparer.OrdinalIgnoreCase)];

    public RemoteRequest Of(FrozenRequest received)
    {
        var headers = new List<KeyValuePair<string, string>>(_copied.Count + settings.FixedHeaders.Count + 1);
        foreach (var name in _copied)
        {
            received.CopyTo(name, headers);
        }

        headers.Set(settings.FixedHeaders);
        if (settings.PreserveHost)
        {
            headers.SetForwardedHost(received);
        }

        return new RemoteRequest(settings.Method ?? MethodOf(received), AddressOf(received)) { Headers = headers };
    }

    /// <summary>Everything that is sent, so that no answer is ever given for another question.</summary>
    public static AnswerKey KeyOf(RemoteRequest question) =>
        AnswerKey.Of([question.Method.Method, question.Address.OriginalString, .. question.Headers.SelectMany(header => new[] { header.Key, header.Value })]);

    // The canonical path, which begins with one slash and holds no dot segment: it cannot lead to another host or out of a folder.
    private Uri AddressOf(FrozenRequest received) => settings switch
    {
        { PreservePath: true, PreserveQuery: true } => settings.CheckUrl,
        _ => new Uri(string.Concat(
            _origin,
            settings.PreservePath ? settings.CheckUrl.AbsolutePath : received.Target.Path,
            settings.PreserveQuery ? settings.CheckUrl.Query : received.Target.Query), AsWritten),
    };

    // A HEAD has no answer to read a subject from; a CONNECT is a WebSocket over HTTP/2 to us, and a tunnel to everybody else.
    private static HttpMethod MethodOf(FrozenRequest received) =>
        HttpMethods.IsHead(received.Method) || HttpMethods.IsConnect(received.Method) ? HttpMethod.Get : HttpMethod.Parse(received.Method);
}
