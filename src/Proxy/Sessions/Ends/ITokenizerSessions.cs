namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>Tells the Tokenizer that a session has ended. Not registered where there is no Tokenizer.</summary>
internal interface ITokenizerSessions
{
    /// <summary>True once the Tokenizer has acknowledged it. May be told again what it knows.</summary>
    /// <param name="sid">The session's public id.</param>
    /// <param name="until">How long the end must be remembered.</param>
    ValueTask<bool> EndAsync(string sid, DateTimeOffset until, CancellationToken cancellation);
}
