namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>A Lua script: what it does happens at once and as a whole. The server keeps it, so that only the first call to a server carries the text.</summary>
internal sealed record RedisScript(string Text);
