using System.Collections.Frozen;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Mutation.Assertion;

/// <param name="Audience">For whom: one of <c>assertion.audiences</c>; null: the only one there is, or the Tokenizer's.</param>
/// <param name="Claims">The subject's claims that the upstream is told besides who it is.</param>
/// <param name="BindRequest">Whether each assertion names the request that it was made for.</param>
internal sealed record AssertionMutatorSettings(string? Audience, IReadOnlyList<string> Claims, bool BindRequest)
{
    // What the assertion itself says; a claim of the subject must not look like it.
    private static readonly FrozenSet<string> Own =
        new[] { "iss", "aud", "sub", "sub_iss", "sid", "session_exp", "guest", "iat", "nbf", "exp", "jti", "htm", "htu" }.ToFrozenSet(StringComparer.Ordinal);

    public static readonly Schema<AssertionMutatorSettings> Schema = Declare.Object<AssertionMutatorSettings>("assertion", "Tells the upstream in a signed token who is asking.", o =>
    {
        var audience = o.Text("audience", "For whom: one of assertion.audiences. Without the key the only one there is; towards the Tokenizer never written.").Optional();
        var claims = o.List("claims", Declare.Text, "The subject's claims that the upstream is told besides who it is.")
            .Must(list => !list.Any(Own.Contains), "leave out what the assertion says itself (iss, aud, sub, sub_iss, sid, session_exp, guest, iat, nbf, exp, jti, htm, htu)")
            .Must(list => list.Count <= 32, "at most 32 claims fit into a header");
        var bind = o.Boolean("bind_request", "Whether each assertion names its request's method (htm) and address without query (htu); it is then signed anew for every request.").Default(false);
        return read => new AssertionMutatorSettings(
            read.Get(audience), [.. read.Get(claims).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], read.Get(bind));
    });
}
