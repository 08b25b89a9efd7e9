namespace AuthProxy.Sdk;

/// <summary>The claims that a user of the Proxy always has, beside those that the Proxy was told to pass on.</summary>
public static class AuthProxyClaimTypes
{
    /// <summary>Who the user is at <see cref="SubjectIssuer"/>. Only both together identify somebody.</summary>
    public const string Subject = "sub";

    /// <summary>The provider that knows the user as <see cref="Subject"/>.</summary>
    public const string SubjectIssuer = "sub_iss";

    /// <summary>The session's public id: the same text in every application and in the Tokenizer, no secret.</summary>
    public const string SessionId = "sid";

    /// <summary>When the session ends at the latest, in Unix seconds.</summary>
    public const string SessionExpiry = "session_exp";

    /// <summary>There, with <c>true</c>, where nobody has logged in: the subject is a visitor of whom nothing is known.</summary>
    public const string Guest = "guest";
}
