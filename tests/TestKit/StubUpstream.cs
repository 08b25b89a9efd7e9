using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AuthProxy.TestKit;

/// <summary>An application on loopback that tells what reached it, and does what applications do with connections.</summary>
public sealed class StubUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private int _sockets;
    private TaskCompletionSource _noSockets = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StubUpstream(WebApplication app) => _app = app;

    /// <summary>HTTP/1.1.</summary>
    public Uri Address { get; private init; } = null!;

    /// <summary>HTTP/2 without TLS.</summary>
    public Uri Http2Address { get; private init; } = null!;

    /// <summary>How many requests reached it.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<StubUpstream> StartAsync()
    {
        var ports = Loopback.FreePorts(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ListenLocalhost(ports[0]);
            kestrel.ListenLocalhost(ports[1], listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var stub = new StubUpstream(app)
        {
            Address = new Uri($"http://127.0.0.1:{ports[0]}"),
            Http2Address = new Uri($"http://127.0.0.1:{ports[1]}"),
        };
        app.UseWebSockets();
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Lets <c>/events</c> send its second event: a test does so once it has read the first.</summary>
    public void ReleaseEvents() => _released.TrySetResult();

    /// <summary>Waits until no WebSocket is open.</summary>
    public Task SocketsClosedAsync() => Volatile.Read(ref _noSockets).Task;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        return context.Request.Path.Value switch
        {
            "/events" => SendEventsAsync(context),
            "/socket" => EchoSocketAsync(context),
            "/live" => ShowFeedAsync(context),
            "/upload" => CountAsync(context),
            "/download" => SendManyAsync(context),
            "/grpc.Test/Call" => AnswerGrpcAsync(context),
            "/cookies" => SetCookiesAsync(context),
            "/silence" => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => TellAsync(context),
        };
    }

    /// <summary>The request as it arrived: first line, then a line for each header.</summary>
    private static async Task TellAsync(HttpContext context)
    {
        var text = new StringBuilder($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}\n");
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }
        }

        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            using var reader = new StreamReader(context.Request.Body);
            text.Append('\n').Append(await reader.ReadToEndAsync());
        }

        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(text.ToString());
    }

    /// <summary>A page with two live feeds that says what has become of them.</summary>
    private static Task ShowFeedAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("""
            <!doctype html><html lang="en"><head><title>Live</title></head><body><p id="socket"></p><p id="events"></p><script>
            const say = (feed, text) => document.getElementById(feed).textContent = text;
            const socket = new WebSocket(`ws://${location.host}/socket`);
            socket.onopen = () => say('socket', 'open');
            socket.onclose = end => say('socket', `closed ${end.code} ${end.reason}, ${end.wasClean ? 'clean' : 'cut'}`);
            const events = new EventSource('/events');
            events.onmessage = event => say('events', `event ${event.data}`);
            events.onerror = () => say('events', events.readyState === EventSource.CLOSED ? 'closed' : 'interrupted');
            </script></body></html>
            """);
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var number = 1; number <= 2 && !context.RequestAborted.IsCancellationRequested; number++)
        {
            await context.Response.WriteAsync($"data: {number}\n\n");
            await context.Response.Body.FlushAsync();
            if (number == 1)
            {
                await _released.Task.WaitAsync(context.RequestAborted);
            }
        }
    }

    private async Task EchoSocketAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _sockets) == 1)
        {
            Volatile.Write(ref _noSockets, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await EchoAsync(context);
        }
        catch (WebSocketException)
        {
            // Cut by the other side.
        }
        finally
        {
            if (Interlocked.Decrement(ref _sockets) == 0)
            {
                _noSockets.TrySetResult();
            }
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task CountAsync(HttpContext context)
    {
        var buffer = new byte[65536];
        long count = 0;
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            count += read;
        }

        await context.Response.WriteAsync(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task SendManyAsync(HttpContext context)
    {
        var count = long.Parse(context.Request.Query["bytes"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
        context.Response.ContentLength = count;
        var buffer = new byte[65536];
        for (var left = count; left > 0; left -= Math.Min(left, buffer.Length))
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), context.RequestAborted);
        }
    }

    private static async Task AnswerGrpcAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static Task SetCookiesAsync(HttpContext context)
    {
        context.Response.Headers.Append("Alt-Svc", "h3=\":9443\"");
        context.Response.Headers.Append("Set-Cookie", "app=1; Path=/");
        context.Response.Headers.Append("Set-Cookie", "__Host-authproxy=planted; Path=/; Secure");
        return context.Response.WriteAsync("set");
    }
}
