using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <param name="Header">Where the upstream finds the token.</param>
internal sealed record AccessTokenSettings(string Header)
{
    public const string Authorization = "Authorization";

    public static readonly Schema<AccessTokenSettings> Schema = Declare.Object<AccessTokenSettings>("access_token", "Gives the upstream the provider's access token, renewed in time.", o =>
    {
        var header = o.Text("header", "Where the upstream finds the token: in Authorization behind Bearer, in any other header alone. A client's own is removed on every rule.")
            .Default(Authorization).NamesUpstreamHeader();
        return read => new AccessTokenSettings(read.Get(header));
    });
}
