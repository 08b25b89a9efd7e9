using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Audit.Shipping;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Audit.Shipping;

public sealed class HttpSinkTests : IDisposable
{
    private static readonly StoredCheckpoint Checkpoint = new(1, 0, "a.b.c");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();
    private readonly Answering _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Checkpoint_is_posted_with_the_token()
    {
        await SinkWith(Secret.FromText("word")).ShipAsync(Checkpoint, default);

        Assert.Equal(("POST", "application/jose", "a.b.c", "Bearer word"), _http.Seen);
    }

    [Fact]
    public async Task Token_in_a_file_is_read_anew()
    {
        var file = _folder.File("token");
        await File.WriteAllTextAsync(file, "new\n");
        await SinkWith(Secret.FromFile(file, "old")).ShipAsync(Checkpoint, default);

        Assert.Equal("Bearer new", _http.Seen.Token);
        File.Delete(file);
        await Assert.ThrowsAsync<CheckpointNotShippedException>(() => SinkWith(Secret.FromFile(file, "old")).ShipAsync(Checkpoint, default));
    }

    [Theory]
    [InlineData(HttpStatusCode.Found), InlineData(HttpStatusCode.Unauthorized), InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Every_answer_but_a_good_one_means_that_it_is_not_there(HttpStatusCode status)
    {
        _http.Answer = _ => Task.FromResult(new HttpResponseMessage(status));

        await Assert.ThrowsAsync<CheckpointNotShippedException>(() => SinkWith(null).ShipAsync(Checkpoint, default));
    }

    [Fact]
    public async Task Sink_that_is_not_reached_or_silent_is_given_up()
    {
        _http.Answer = _ => throw new HttpRequestException("no route");
        await Assert.ThrowsAsync<CheckpointNotShippedException>(() => SinkWith(null).ShipAsync(Checkpoint, default));

        _http.Answer = async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        };
        var shipping = SinkWith(null).ShipAsync(Checkpoint, default);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<CheckpointNotShippedException>(() => shipping);
    }

    private HttpSink SinkWith(Secret? token) => new(new HttpMessageInvoker(_http, disposeHandler: false), new Uri("https://sink.test/"), token, _clock);

    private sealed class Answering : HttpMessageHandler
    {
        public Func<CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));

        public (string Method, string? Type, string Body, string? Token) Seen { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = (
                request.Method.Method, request.Content!.Headers.ContentType!.MediaType, await request.Content.ReadAsStringAsync(cancellationToken),
                request.Headers.Authorization?.ToString());
            return await Answer(cancellationToken);
        }
    }
}
