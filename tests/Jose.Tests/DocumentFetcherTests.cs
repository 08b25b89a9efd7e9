using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Jose.Tests;

public sealed class DocumentFetcherTests : IAsyncLifetime, IDisposable
{
    private readonly HttpMessageInvoker _http = new(DocumentFetcher.CreateHandler());
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private int _redirectTargetAsked;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapGet("/good", () => Results.Bytes(Tokens.Jwks(Tokens.Ec), "application/json"));
        _server.MapGet("/redirect", () => Results.Redirect("/target"));
        _server.MapGet("/target", () => Interlocked.Increment(ref _redirectTargetAsked));
        _server.MapGet("/status/{code:int}", (int code) => Results.StatusCode(code));
        _server.MapGet("/size/{bytes:int}", (int bytes) => Results.Bytes(new byte[bytes]));
        _server.MapGet("/chunked/{bytes:int}", async (int bytes, HttpContext context) =>
        {
            for (var sent = 0; sent < bytes; sent += 1000)
            {
                await context.Response.Body.WriteAsync(new byte[Math.Min(1000, bytes - sent)]);
                await context.Response.Body.FlushAsync();
            }
        });
        _server.MapGet("/endless", async (HttpContext context) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1000], context.RequestAborted);
            }
        });
        _server.MapGet("/gzip", (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(new byte[10]);
        });
        _server.MapGet("/hang", async (HttpContext context) =>
        {
            _hanging.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        _server.MapGet("/cut", async (HttpContext context) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync(new byte[10]);
            context.Abort();
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Key_set_is_fetched_over_http()
    {
        using var cache = new JwksCache(async cancellation => await Fetch("/good", cancellation: cancellation), TimeProvider.System);
        Assert.IsType<KeyLookup.Found>(await cache.FindAsync(Tokens.Ec.KeyId, "ES256", CancellationToken.None));
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        Assert.Contains("302", await Why("/redirect"), StringComparison.Ordinal);
        Assert.Equal(0, _redirectTargetAsked);
    }

    [Theory]
    [InlineData(201), InlineData(203), InlineData(204), InlineData(304), InlineData(401), InlineData(404), InlineData(500), InlineData(503)]
    public async Task Any_status_but_200_is_a_failure(int status) =>
        Assert.Contains($"{status}", await Why($"/status/{status}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("size"), InlineData("chunked")]
    public async Task Answer_is_taken_up_to_its_limit_and_not_one_byte_more(string kind)
    {
        Assert.Equal(20_000, Assert.IsType<FetchOutcome.Fetched>(await Fetch($"/{kind}/20000", 20_000)).Content.Length);
        Assert.Contains("longer", Assert.IsType<FetchOutcome.Failed>(await Fetch($"/{kind}/20001", 20_000)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_answer_is_left_at_the_limit_through_an_http_client_too()
    {
        using var client = new HttpClient(DocumentFetcher.CreateHandler());
        foreach (var http in new[] { _http, client })
        {
            var outcome = await DocumentFetcher.FromHttpAsync(http, new Uri(_server!.Urls.Single() + "/endless"), CancellationToken.None);
            Assert.Contains("longer", Assert.IsType<FetchOutcome.Failed>(outcome).Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Compressed_answer_is_a_failure() => Assert.Contains("compressed", await Why("/gzip"), StringComparison.Ordinal);

    [Fact]
    public async Task Answer_that_is_cut_off_is_a_failure() => await Why("/cut");

    [Fact]
    public async Task Answer_that_never_comes_ends_with_the_callers_patience()
    {
        using var patience = new CancellationTokenSource();
        var fetching = Fetch("/hang", cancellation: patience.Token).AsTask();
        await _hanging.Task;
        await patience.CancelAsync();
        Assert.Equal("it took too long", Assert.IsType<FetchOutcome.Failed>(await fetching).Why);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_a_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var outcome = await DocumentFetcher.FromHttpAsync(_http, new Uri($"http://127.0.0.1:{port}/"), CancellationToken.None);
        Assert.Contains("ConnectionError", Assert.IsType<FetchOutcome.Failed>(outcome).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_is_read_up_to_its_limit()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[10_000]);
            Assert.IsType<FetchOutcome.Fetched>(await DocumentFetcher.FromFileAsync(file, 10_000, CancellationToken.None));
            Assert.IsType<FetchOutcome.Failed>(await DocumentFetcher.FromFileAsync(file, 9_999, CancellationToken.None));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task File_that_is_not_there_is_a_failure()
    {
        var missing = await DocumentFetcher.FromFileAsync(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")), CancellationToken.None);
        Assert.Equal("the file does not exist", Assert.IsType<FetchOutcome.Failed>(missing).Why);
        Assert.IsType<FetchOutcome.Failed>(await DocumentFetcher.FromFileAsync(Path.GetTempPath(), CancellationToken.None));
    }

    private async Task<string> Why(string path) => Assert.IsType<FetchOutcome.Failed>(await Fetch(path)).Why;

    private ValueTask<FetchOutcome> Fetch(string path, int maxBytes = DocumentFetcher.DefaultMaxBytes, CancellationToken cancellation = default) =>
        DocumentFetcher.FromHttpAsync(_http, new Uri(_server!.Urls.Single() + path), maxBytes, cancellation);
}
