using AuthProxy.Proxy.Forwarding;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>The end of the path: notes what the upstream would get instead of sending it.</summary>
internal sealed class RehearsedForwarding(ForwardingTransformer transformer, Prompter prompter)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (request.Match.Rule.Upstream is not { } upstream)
        {
            // For the decision API, which tells its caller what the mutators say.
            prompter.Script.Passed = new UpstreamRequest(null, Joined(request.Identity.All));
            return;
        }

        using var message = new HttpRequestMessage(new HttpMethod(request.Received.Method), upstream.Origin) { Content = new ByteArrayContent([]) };
        await transformer.TransformRequestAsync(context, message, upstream.Origin, context.RequestAborted);
        var address = message.RequestUri!;
        IEnumerable<KeyValuePair<string, string>> host = [KeyValuePair.Create("Host", message.Headers.Host ?? address.Authority)];
        prompter.Script.Passed = new UpstreamRequest(
            address.OriginalString,
            Joined(host.Concat(message.Headers.NonValidated.Concat(message.Content.Headers.NonValidated)
                .Where(header => !header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
                .Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))))));
    }

    private static Dictionary<string, string> Joined(IEnumerable<KeyValuePair<string, string>> headers) =>
        headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Select(value => value.Value)), StringComparer.OrdinalIgnoreCase);
}
