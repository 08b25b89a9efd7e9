using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Configuration;

/// <summary>What pages may ask about the session that they are shown in: <c>sessions.endpoint</c>.</summary>
/// <param name="Origins">Pages of other origins that may ask too; null: none.</param>
/// <param name="Claims">The claims that the session endpoint tells; the user information tells all that the session keeps.</param>
internal sealed record SessionEndpointSettings(CorsPolicy? Origins, IReadOnlyList<string> Claims)
{
    public static readonly SessionEndpointSettings Default = new(null, ["name"]);

    public static readonly Schema<SessionEndpointSettings> Schema = Declare.Object<SessionEndpointSettings>("session_endpoint", "What pages may ask about the session.", o =>
    {
        var origins = o.List("origins", Declare.Text, "Origins of other hosts whose pages may ask too, such as https://www.example.com or https://*.example.com. The session cookie comes along "
            + "only from pages of the same site.");
        var claims = o.List("claims", Declare.Text, "The claims that /.authproxy/session tells; /.authproxy/userinfo tells all that the session keeps.").DefaultItems("name");
        return read => new SessionEndpointSettings(CorsSchema.Personal(read.Get(origins), read), read.Get(claims));
    });
}
