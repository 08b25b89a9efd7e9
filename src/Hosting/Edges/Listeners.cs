using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthProxy.Hosting.Edges;

/// <summary>The listeners of this process by name, with the ports that they really got.</summary>
public sealed class Listeners
{
    private readonly Dictionary<string, ListenOptions> _options = new(StringComparer.Ordinal);

    /// <summary>Where a listener is bound, once the host has started. <c>name.h2c</c> is a listener's second port.</summary>
    public EndPoint this[string name] => _options[name].EndPoint;

    public int PortOf(string name) => ((IPEndPoint)this[name]).Port;

    internal void Add(string name, ListenOptions options)
    {
        _options[name] = options;
        options.Use(next => connection => Mark(connection, name, next));
    }

    private static Task Mark(ConnectionContext connection, string name, ConnectionDelegate next)
    {
        connection.Features.Set(new ListenerFeature(name.Split('.')[0]));
        return next(connection);
    }
}

/// <summary>By which listener a request came in.</summary>
public sealed record ListenerFeature(string Name);

public static class ListenerFeatureExtensions
{
    /// <summary>The listener's name; null where the request did not come over one of ours. Never derived from anything a client sends.</summary>
    public static string? Listener(this HttpContext context) => context.Features.Get<ListenerFeature>()?.Name;
}
