using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Remotes;

/// <summary>What must hold for the address of a service that is told credentials and whose word decides.</summary>
internal static class ServiceAddress
{
    /// <summary>Tells what is wrong with it.</summary>
    public static void Check(HandlerPreparation preparation, Uri address)
    {
        if (address.UserInfo.Length > 0)
        {
            preparation.Fault("asks an address with user information, which is never sent; name credentials in a header or under api.auth");
        }

        if (Loopback.CouldBeRead(address))
        {
            preparation.Complain($"asks {address.Host} over plain http, where question and answer could be read and replaced on the way; write https");
        }
    }
}
