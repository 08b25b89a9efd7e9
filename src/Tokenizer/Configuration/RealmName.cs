namespace AuthProxy.Tokenizer.Configuration;

/// <summary>The trust anchor of every session that a proxy states: the proxies of a realm share their sessions.</summary>
internal sealed record RealmName(string Value);
