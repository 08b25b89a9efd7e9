namespace AuthProxy.Sdk;

/// <summary>Names that the Proxy and the application agree on.</summary>
public static class AuthProxyIdentityDefaults
{
    /// <summary>The authentication scheme that <c>AddAuthProxyIdentity</c> registers, as the application's default.</summary>
    public const string AuthenticationScheme = "AuthProxy";

    /// <summary>The request header with the Proxy's assertion.</summary>
    public const string AssertionHeader = "X-Auth-Assertion";
}
