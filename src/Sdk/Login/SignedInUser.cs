namespace AuthProxy.Sdk;

/// <summary>A user whom the application has signed in by itself, in its own session.</summary>
/// <param name="Subject">Who it is, in the application's own words: at most 255 characters, the same at every login. Owns what it stores in the Tokenizer.</param>
/// <param name="SessionId">The session's public id: 1 to 255 characters, never the secret of a cookie. Grants are made for it.</param>
/// <param name="SessionExpires">When the application's session ends at the latest; null where it does not know.</param>
public sealed record SignedInUser(string Subject, string SessionId, DateTimeOffset? SessionExpires = null);
