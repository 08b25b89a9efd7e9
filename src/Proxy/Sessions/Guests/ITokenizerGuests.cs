namespace AuthProxy.Proxy.Sessions.Guests;

/// <summary>Tells the Tokenizer that a guest has logged in. Not registered where there is no Tokenizer.</summary>
internal interface ITokenizerGuests
{
    /// <summary>
    /// Gives what the guest owns and holds to the session, and ends the guest's. True once the Tokenizer has done it, now or before; it may
    /// be told again.
    /// </summary>
    ValueTask<bool> AdoptAsync(Session guest, Session session, CancellationToken cancellation);
}
