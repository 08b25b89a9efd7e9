using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Mutation.Hydrator;

/// <summary>A service that knows more of a subject than the authenticator learnt. Keys that Oathkeeper has mean what they mean there.</summary>
/// <param name="Api">The service.</param>
/// <param name="Cache">Whether its answers are used again.</param>
/// <param name="ForwardHttpHeaders">The client's headers that it is told; no others.</param>
/// <param name="Headers">Headers for the upstream that its answer may set; no others.</param>
/// <param name="ForwardQuery">Whether it is sent the client's query; null: yes in Oathkeeper's form, no in ours.</param>
internal sealed record HydratorSettings(
    HydratorApi Api, AnswerCacheSettings Cache, IReadOnlyList<string> ForwardHttpHeaders, IReadOnlyList<string> Headers, bool? ForwardQuery)
{
    private static readonly Schema<AnswerCacheSettings> CacheSchema = AnswerCacheSettings.Schema("max_entries", 5_000);

    public static readonly Schema<HydratorSettings> Schema = Declare.Object<HydratorSettings>("hydrator", "Asks a service what more there is to know of the subject.", o =>
    {
        var api = o.Object("api", HydratorApi.Schema, "The service.");
        var cache = o.Object("cache", CacheSchema, "Whether answers are used again; they depend on the whole session, path and query included.");
        var forward = o.List("forward_http_headers", Declare.Text,
            "The client's headers that the service is told, as headers and in the session; without the key none. Only Oathkeeper's rules may name Authorization and Cookie.").NamesServiceHeaders();
        var headers = o.List("headers", Declare.Text, "Headers for the upstream that the answer may set; one that it lacks goes on as it was set before, else empty. Others in it are ignored, and a client's own are removed on every rule.").NamesUpstreamHeaders();
        var query = o.Boolean("forward_query", "Whether the client's query is put behind the service's own, without parameters that stand there; without the key only in Oathkeeper's rules.").Optional();
        var old = o.Value("retry", OldRetry.Schema, "The place and the keys of rules up to 0.32; write api.retry.").Optional();
        return read =>
        {
            var settings = new HydratorSettings(read.Get(api), read.Get(cache), read.Get(forward), read.Get(headers), read.Get(query));
            if (read.Get(old) is not { } retry)
            {
                return settings;
            }

            read.Warn("has retry, which rules up to 0.32 wrote; it is read as api.retry");
            return settings with { Api = settings.Api with { Retry = retry } };
        };
    });
}

/// <param name="Url">Where the service is.</param>
/// <param name="Basic">The Authorization header that it is sent; null for none.</param>
/// <param name="Retry">How long and how often it is asked.</param>
internal sealed record HydratorApi(Uri Url, string? Basic, RetrySettings Retry)
{
    private static readonly Schema<string> BasicSchema = Declare.Object<string>("basic", "Name and password at the service.", o =>
    {
        var name = o.Text("username", "The name.").Must(text => !text.Contains(':', StringComparison.Ordinal), "leave out the colon, which ends a name");
        var password = o.Secret("password", "The password.");
        return read => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{read.Get(name)}:{read.Get(password).Reveal()}"));
    });

    private static readonly Schema<string> AuthSchema = Declare.Object<string>("auth", "How the Proxy shows itself to the service.", o =>
    {
        var basic = o.Value("basic", BasicSchema, "By name and password.");
        return read => read.Get(basic);
    });

    public static readonly Schema<HydratorApi> Schema = Declare.Object<HydratorApi>("api", "The service.", o =>
    {
        var url = o.ServiceUrl("url", "Where the service is; it is sent the session as JSON, and answers with the session that shall count.");
        var auth = o.Value("auth", AuthSchema, "How the Proxy shows itself to the service.").Optional();
        var retry = o.Object("retry", RetrySettings.Schema, "How long and how often the service is asked.");
        return read => new HydratorApi(read.Get(url), read.Get(auth), read.Get(retry));
    });
}

/// <summary>The key <c>retry</c> of rules up to 0.32, migrated as Oathkeeper does, and then put where today's keys stand.</summary>
internal static class OldRetry
{
    public static readonly Schema<RetrySettings> Schema = Declare.Object<RetrySettings>("old retry", "How rules up to 0.32 wrote retries.", o =>
    {
        var number = o.Integer("number_of_retries", "How often.").AtLeast(0).AtMost(1000).Optional();
        var delay = o.Integer("delay_in_milliseconds", "The pause in between.").Default(100).AtLeast(0).AtMost(60_000);
        var giveUpAfter = o.Duration("give_up_after", "How long all attempts together may take.").AtLeast("10ms").AtMost("1m").Optional();
        var maxDelay = o.Duration("max_delay", "The longest pause between two attempts.").AtMost("10s").Optional();
        return read =>
        {
            var pause = read.Get(maxDelay) ?? TimeSpan.FromMilliseconds(Math.Min(read.Get(delay), 10_000));
            var all = read.Get(giveUpAfter) ?? TimeSpan.FromMilliseconds(Math.Clamp((long)(read.Get(number) ?? 0) * read.Get(delay), 10, 60_000));
            return new RetrySettings(all, pause);
        };
    });
}
