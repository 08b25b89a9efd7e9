using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The signed word that upstreams get about the subject.</summary>
/// <param name="Issuer">What assertions and service tokens carry as <c>iss</c>, compared by upstreams character for character.</param>
/// <param name="Lifetime">How long an assertion is good; reused for at most half of it.</param>
/// <param name="Audiences">The applications that rules may name as <c>aud</c>, unique in the realm.</param>
internal sealed record AssertionSettings(string Issuer, TimeSpan Lifetime, IReadOnlyList<string> Audiences)
{
    /// <summary>Audiences that begin so belong to the Tokenizer; a rule gets one only by forwarding there.</summary>
    public const string TokenizerAudiencePrefix = ApplicationNames.ReservedPrefix;

    public static readonly Schema<AssertionSettings> Schema = Declare.Object<AssertionSettings>("assertion", "The signed word that upstreams get about the subject.", o =>
    {
        var issuer = o.Text("issuer", "The name under which this Proxy signs; upstreams find its keys at /.well-known/jwks.json of the API listener.")
            .Default("http://127.0.0.1:4456").NotEmpty("name the issuer");
        var lifetime = o.Duration("ttl", "How long an assertion is good.").Default("60s").AtLeast("2s").AtMost("60s");
        var audiences = o.List("audiences", Declare.Text, "The applications that rules may name as audience, unique in the realm.")
            .ApplicationAudiences()
            .Must(list => list.Distinct(StringComparer.Ordinal).Count() == list.Count, "name each application once");
        return read => new AssertionSettings(read.Get(issuer), read.Get(lifetime), read.Get(audiences));
    });
}
