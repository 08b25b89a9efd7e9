namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>Lets the provider know that tokens of a session that has ended are not needed any more. Not registered where nobody logs in.</summary>
internal interface ITokenRevoker
{
    /// <summary>Takes note of the session, and never waits: what the provider makes of it is nothing that an end depends on.</summary>
    void Revoke(Session ended);
}
