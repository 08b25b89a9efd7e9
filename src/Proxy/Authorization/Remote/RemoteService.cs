using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <summary>An authorization service as one rule asks it; made when the rule loads.</summary>
/// <param name="settings">The service.</param>
/// <param name="headers">What it is sent besides the body.</param>
/// <param name="caller">The way out.</param>
/// <param name="time">The clock.</param>
internal sealed class RemoteService(RemoteSettings settings, IReadOnlyList<NamedTemplate> headers, IRemoteCaller caller, TimeProvider time)
{
    private const string Authorization = "Authorization";

    private readonly AnswerCache<RemoteVerdict>? _cache = settings.Cache.Create<RemoteVerdict>(time);

    /// <summary>The headers of answers that go on to the upstream.</summary>
    public IReadOnlyCollection<string> HeaderNames => settings.ForwardResponseHeaders;

    /// <param name="request">About whom.</param>
    /// <param name="values">What templates see of it.</param>
    /// <param name="body">What the service is told; must not be memory that the request takes back.</param>
    /// <param name="contentType">What the body is.</param>
    /// <param name="cancellation">The client has gone.</param>
    public async ValueTask<AuthorizationOutcome> AskAsync(
        ProxiedRequest request, TemplateValues values, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellation)
    {
        if (HeadersFor(request, values, out var refused) is not { } sent)
        {
            return refused!;
        }

        var question = new RemoteRequest(HttpMethod.Post, settings.Remote) { Headers = sent, Body = body, ContentType = contentType };
        var verdict = _cache is null
            ? await AskAsync(question, cancellation)
            : await _cache.GetAsync(KeyOf(question), () => AskAsync(question, CancellationToken.None), KeepFor, cancellation);
        switch (verdict)
        {
            case RemoteVerdict.Yes yes:
                foreach (var (name, value) in yes.ForUpstream)
                {
                    request.Identity.SetAsIs(name, value);
                }

                return AuthorizationOutcome.Allowed.Instance;
            case RemoteVerdict.No no:
                request.RateLimit = no.RateLimit;
                return new AuthorizationOutcome.Refused(no.Refusal, no.Why);
            default:
                throw new UnreachableException();
        }
    }

    private async ValueTask<RemoteVerdict> AskAsync(RemoteRequest question, CancellationToken cancellation) =>
        RemoteVerdict.Of(await caller.AskAsync(question, settings.Retry.Policy, cancellation), settings.ForwardResponseHeaders);

    // A no is asked for again: whoever was just given a right should not wait for it.
    private TimeSpan KeepFor(RemoteVerdict verdict) => verdict is RemoteVerdict.Yes ? settings.Cache.Lifetime!.Value : TimeSpan.Zero;

    // The rest of the question is this rule's own and the same for all its requests.
    private static AnswerKey KeyOf(RemoteRequest question) => AnswerKey.Of(
        [question.ContentType, Convert.ToHexString(SHA256.HashData(question.Body!.Value.Span)), .. question.Headers.SelectMany(header => new[] { header.Key, header.Value })]);

    private List<KeyValuePair<string, string>>? HeadersFor(ProxiedRequest request, TemplateValues values, out AuthorizationOutcome.Refused? refused)
    {
        refused = null;
        var sent = new List<KeyValuePair<string, string>>(headers.Count + 1);
        foreach (var header in headers)
        {
            if (!header.TryRender(values, out var text, out var why))
            {
                refused = new AuthorizationOutcome.Refused(ProxyRefusals.CheckFailed, $"header {why}");
                return null;
            }

            if (text.Length > 0)
            {
                sent.Add(KeyValuePair.Create(header.Name, HeaderText.Encode(text)));
            }
        }

        if (sent.Exists(header => header.Key.Equals(Authorization, StringComparison.OrdinalIgnoreCase)))
        {
            return sent;
        }

        if (!ClientHeaders.TryReadAuthorization(request, out var authorization))
        {
            refused = new AuthorizationOutcome.Refused(ProxyRefusals.CredentialsAmbiguous, "the Authorization header stands twice, or holds what no header may hold");
            return null;
        }

        if (authorization is not null)
        {
            sent.Add(KeyValuePair.Create(Authorization, authorization));
        }

        return sent;
    }
}
