using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>
/// Asks a service what more there is to know of the subject. Its answer replaces the subject's claims and may set headers that the rule lists;
/// who the subject is, and what the rule's pattern matched, it cannot change.
/// </summary>
internal sealed class HydratorMutator(HydratorSettings settings, HydratorAddress address, IRemoteCaller caller, TimeProvider time) : IMutator
{
    // More than upstreams are ever told; remembered answers are counted, not weighed.
    private const int LongestAnswer = 64 * 1024;

    private readonly RemotePolicy _policy = settings.Api.Retry.Policy with { LongestAnswer = LongestAnswer };
    private readonly AnswerCache<Hydration>? _cache = settings.Cache.Enabled ? new AnswerCache<Hydration>(time, settings.Cache.MostEntries) : null;

    public string Name => HydratorMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => settings.Headers;

    public async ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var told = Told(request);
        if (told.Exists(header => !HeaderText.IsOneLine(header.Value)))
        {
            return Refuse(ProxyRefusals.RequestMalformed, "a header that the service is told holds what no header may hold");
        }

        switch (await AskAsync(request, told, cancellation))
        {
            case Hydration.Done done:
                Apply(request, done);
                return MutationOutcome.Done.Instance;
            case Hydration.Failed failed:
                return Refuse(ProxyRefusals.IdentityUnavailable, failed.Why);
            default:
                throw new UnreachableException();
        }
    }

    private ValueTask<Hydration> AskAsync(ProxiedRequest request, List<KeyValuePair<string, string>> told, CancellationToken cancellation)
    {
        var values = TemplateFacts.Of(request);
        var session = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(session))
        {
            if (!SessionJson.Write(writer, values with { Request = values.Request! with { Headers = HeadersOf(told) } }))
            {
                return new(new Hydration.Failed("the session could not be written, or the rule's pattern came to no answer in time"));
            }
        }

        var subject = request.Subject;
        var question = new RemoteRequest(HttpMethod.Post, address.For(request.Received.Target.Query))
        {
            Headers = settings.Api.Basic is { } basic ? [.. told.Where(header => !IsAuthorization(header.Key)), KeyValuePair.Create("Authorization", basic)] : told,
            Body = session.WrittenMemory,
            ContentType = "application/json",
        };
        return _cache is null
            ? AskAsync(question, subject.Id, cancellation)
            : _cache.GetAsync(KeyOf(subject.Issuer, question), () => AskAsync(question, subject.Id, CancellationToken.None), KeepFor, cancellation);
    }

    private async ValueTask<Hydration> AskAsync(RemoteRequest question, string subject, CancellationToken cancellation) =>
        Hydration.Of(await caller.AskAsync(question, _policy, cancellation), subject, settings.Headers);

    private TimeSpan KeepFor(Hydration answer) => answer is Hydration.Done ? settings.Cache.TimeToLive : TimeSpan.Zero;

    // A subject is the pair of issuer and id, and the session names the id alone.
    private static AnswerKey KeyOf(string issuer, RemoteRequest question) => AnswerKey.Of(
        [issuer, question.Address.AbsoluteUri, Encoding.UTF8.GetString(question.Body!.Value.Span), .. question.Headers.SelectMany(header => new[] { header.Key, header.Value })]);

    // Each listed header is set, empty where nobody has a value for it: what the answer lacks is not the client's to say.
    private void Apply(ProxiedRequest request, Hydration.Done done)
    {
        request.Subject = request.Subject with { Claims = done.Claims };
        foreach (var name in settings.Headers)
        {
            var before = request.Identity.Find(name);
            var value = done.Headers.GetValueOrDefault(name, before ?? "");

            // A service that sends the session's headers back has them encoded already.
            if (value != before)
            {
                request.Identity.Set(name, value);
            }
        }
    }

    private List<KeyValuePair<string, string>> Told(ProxiedRequest request)
    {
        var told = new List<KeyValuePair<string, string>>();
        foreach (var name in settings.ForwardHttpHeaders.Where(name => !request.HasConsumed(name)))
        {
            request.Received.CopyTo(name, told);
        }

        return told;
    }

    private static TemplateHeaders HeadersOf(List<KeyValuePair<string, string>> told)
    {
        var byName = told.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        return new TemplateHeaders(
            name => [.. byName[name]],
            () => byName.Select(header => KeyValuePair.Create<string, IReadOnlyList<string>>(header.Key, [.. header])));
    }

    private static bool IsAuthorization(string name) => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    private static MutationOutcome.Refused Refuse(Refusal refusal, string why) => new(refusal, why);
}

internal sealed class HydratorMutatorKind(IRemoteCaller caller, TimeProvider time) : IHandlerKind<IMutator>
{
    public const string KindName = "hydrator";

    private static readonly string[] Credentials = ["Authorization", "Cookie"];

    public string Name => KindName;

    public Schema Schema => HydratorSettings.Schema;

    public IReadOnlyList<string> Destinations => ["api.url"];

    public IMutator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(HydratorSettings.Schema, out var settings))
        {
            return null;
        }

        preparation.CheckPrivacy("api.url", settings.Api.Url);
        if (preparation.Form == RuleForm.AuthProxy && settings.ForwardHttpHeaders.Any(name => Credentials.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            preparation.Fault("tells its service the client's credentials (forward_http_headers: Authorization, Cookie); whoever has them can act as the client here");
        }

        return preparation.Faults.Count == before
            ? new HydratorMutator(settings, new HydratorAddress(settings.Api.Url, settings.ForwardQuery ?? preparation.Form == RuleForm.Oathkeeper), caller, time)
            : null;
    }
}
