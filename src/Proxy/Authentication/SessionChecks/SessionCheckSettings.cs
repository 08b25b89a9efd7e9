using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <summary>How a service is asked whether a session is good, and what its answer says. Oathkeeper's keys mean what they mean there.</summary>
/// <param name="CheckUrl">The service.</param>
/// <param name="PreservePath">Asks the address's own path instead of the client's.</param>
/// <param name="PreserveQuery">Asks with the address's own query instead of the client's.</param>
/// <param name="PreserveHost">Tells the service which host the client asked.</param>
/// <param name="Method">The method it is asked with; null for the client's.</param>
/// <param name="CopiedHeaders">Client headers that go along.</param>
/// <param name="FixedHeaders">Headers that go along always.</param>
/// <param name="SubjectFrom">Where the answer names the subject.</param>
/// <param name="ExtraFrom">Where it holds what is known of the subject.</param>
/// <param name="AllowEmptySubject">Whether a good answer that names nobody is good enough.</param>
/// <param name="Timeout">How long the service may take.</param>
/// <param name="Cache">Whether good answers are remembered.</param>
/// <param name="ForwardCredentials">Whether the upstream sees the credentials; null: no in our form, yes in Oathkeeper's.</param>
internal sealed record SessionCheckSettings(
    Uri CheckUrl,
    bool PreservePath,
    bool PreserveQuery,
    bool PreserveHost,
    HttpMethod? Method,
    IReadOnlyList<string> CopiedHeaders,
    IReadOnlyDictionary<string, string> FixedHeaders,
    AnswerPath SubjectFrom,
    AnswerPath ExtraFrom,
    bool AllowEmptySubject,
    TimeSpan Timeout,
    AnswerCacheSettings Cache,
    bool? ForwardCredentials)
{
    /// <summary>The key that names the service.</summary>
    public const string UrlKey = "check_session_url";

    private static readonly Schema<AnswerPath> Path = Declare.Scalar<AnswerPath>("GJSON path", "a path such as identity.id", AnswerPath.TryParse);

    /// <summary>Declares the keys that both ways of checking a session share.</summary>
    /// <param name="o">The handler's settings.</param>
    /// <param name="subject">Where the subject is without the key.</param>
    public static Func<ObjectReading, SessionCheckSettings> DeclareKeys(ObjectDeclaration o, string subject)
    {
        var url = o.ServiceUrl(UrlKey, "The service that knows the sessions; 200 means good.");
        var preservePath = o.Boolean("preserve_path", "Asks this address's own path; without it the client's path takes its place.").Default(false);
        var preserveQuery = o.Boolean("preserve_query", "Asks with this address's own query; else with the client's.").Default(true);
        var preserveHost = o.Boolean("preserve_host", "Tells the service the client's host as X-Forwarded-Host.").Default(false);
        var method = o.Text("force_method", "The method to ask with; else the client's, and GET for a HEAD, whose answer would have no body to read.")
            .Must(text => text.Length == 0 || (text.All(char.IsAsciiLetter) && !text.Equals("CONNECT", StringComparison.OrdinalIgnoreCase)), "write a method such as GET").Default("");
        var copied = o.List("forward_http_headers", Declare.Text, "Client headers that go along.").Must(list => list.All(ServiceHeaders.IsName), "write header names of letters, digits and -");
        var fixedHeaders = o.FixedHeaders("additional_headers", "Headers that go along always, over copied ones.");
        var subjectFrom = o.Value("subject_from", Path, "Where the answer names the subject (GJSON).").Default(subject);
        var extraFrom = o.Value("extra_from", Path, "Where the answer holds what is known of the subject (GJSON); @this is the whole answer.").Default("extra");
        var allowEmpty = o.Boolean("allow_empty_subject", "Whether a good answer that names nobody lets the request pass as nobody; else it is refused.").Default(false);
        var timeout = o.Duration("timeout", "How long the service may take.").Default("5s").AtLeast("10ms").AtMost("1m");
        var cache = o.Object("cache", AnswerCacheSettings.Schema("max_entries", 1000), "Whether good answers are remembered, by everything that was sent for them.");
        var forward = o.Boolean("forward_credentials", "Whether the upstream sees the credentials: in our rules no, in Oathkeeper's yes, unless this says otherwise.").Optional();
        return read => new SessionCheckSettings(
            read.Get(url), read.Get(preservePath), read.Get(preserveQuery), read.Get(preserveHost),
            read.Get(method) is { Length: > 0 } forced ? HttpMethod.Parse(forced.ToUpperInvariant()) : null,
            read.Get(copied), read.Get(fixedHeaders), read.Get(subjectFrom), read.Get(extraFrom), read.Get(allowEmpty), read.Get(timeout), read.Get(cache), read.Get(forward));
    }

    /// <summary>Whether the upstream sees the credentials.</summary>
    public bool ForwardsCredentials(RuleForm form) => ForwardCredentials ?? form == RuleForm.Oathkeeper;

    /// <summary>Tells what is wrong, or not as it should be, with the use as a whole.</summary>
    public void Check(HandlerPreparation preparation)
    {
        preparation.CheckPrivacy(UrlKey, CheckUrl);
        if (CopiedHeaders.FirstOrDefault(name => !ServiceHeaders.MaySend(name)) is { } name)
        {
            preparation.Complain($"lists {name} under forward_http_headers, which belongs to the client's connection or body and is never copied");
        }
    }
}
