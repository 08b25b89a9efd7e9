using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Remotes;

/// <summary>The address of a service that credentials are sent to.</summary>
internal static class ServiceAddress
{
    public static Setting<Uri> ServiceUrl(this ObjectDeclaration o, string name, string sentence) =>
        o.Url(name, sentence).Must(url => url.UserInfo.Length == 0 && url.Fragment.Length == 0, "leave out user, password and fragment");

    /// <summary>Scheme, host and port; stands for who the service is, whatever it is asked.</summary>
    public static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>Complains of an address where credentials could be read on the way.</summary>
    public static void CheckPrivacy(this HandlerPreparation preparation, string key, Uri? url)
    {
        if (url is not null && Loopback.CouldBeRead(url))
        {
            preparation.Complain($"sends credentials to {OriginOf(url)} ({key}) over plain http, where they could be read on the way; write https");
        }
    }
}
