using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <param name="Header">Where the upstream finds the token.</param>
/// <param name="Audience">For whom the token may be; empty: for anybody, where no rule takes tokens of its provider.</param>
internal sealed record AccessTokenSettings(string Header, IReadOnlyList<string> Audience)
{
    public const string Authorization = "Authorization";

    public static readonly Schema<AccessTokenSettings> Schema = Declare.Object<AccessTokenSettings>("access_token", "Gives the upstream the provider's access token, renewed in time.", o =>
    {
        var header = o.Text("header", "Where the upstream finds the token: in Authorization behind Bearer, in any other header alone. A client's own is removed on every rule.")
            .Default(Authorization).NamesUpstreamHeader();
        var audience = o.List("audience", Declare.Text, "For whom the token is: each of its aud is one of these, else it is not sent. Needed where rules take tokens of the provider as their bearer's own; none may take one for these alone.")
            .Must(list => list.All(one => one.Length > 0), "leave out what is empty");
        return read => new AccessTokenSettings(read.Get(header), read.Get(audience));
    });
}
