namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>No server could be reached, or none that may be used; the message is for operators and holds no secret.</summary>
internal sealed class RedisUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
