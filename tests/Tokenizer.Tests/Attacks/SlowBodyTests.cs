using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Tests.Attacks;

/// <summary>Whoever sends bodies slowly holds places that others need, and needs nearly nothing for it.</summary>
public class SlowBodyTests : VaultTests
{
    private protected override Task<VaultHost> StartAsync() => VaultHost.StartAsync(serve: "limits: { requests: 2 }");

    [Fact]
    public async Task Json_bodies_that_never_end_do_not_hold_all_places_for_ever()
    {
        // Keys are read by then, and what waits afterwards waits for bodies.
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsGood();
        var before = Host.Clock.PendingTimers;
        var first = SendAsync("POST /tokenize", "application/json", "{");
        var second = SendAsync("POST /detokenize", "application/json", "{");
        await WaitForAsync(() => Host.Clock.PendingTimers >= before + 2);
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(503, "overloaded");

        Host.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.All(await Task.WhenAll(first, second), answer => IsTimedOut(answer, "\"body-timeout\""));

        // An answer leaves a moment before its place is free.
        await WaitForAsync(async () => (await Host.PostAsync(Alice, "/tokenize", "{}")).Status != HttpStatusCode.ServiceUnavailable);
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsGood();
    }

    [Fact]
    public async Task Upload_that_stands_still_is_given_up_and_leaves_nothing()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        var before = Host.Clock.PendingTimers;
        var stalled = SendAsync("PUT " + upload, "text/plain", "078-05");
        await WaitForAsync(() => Host.Clock.PendingTimers > before);

        Host.Clock.Advance(TimeSpan.FromSeconds(31));

        IsTimedOut(await stalled, "\"urn:authproxy:refusal:body-timeout\"");
        using var database = new Database(Host);
        Assert.Equal(0, database.Count("attempts") + database.Count("segments"));
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(404, "value-missing");
    }

    [Fact]
    public async Task Upload_that_trickles_is_given_up_although_it_never_stands_still_for_long()
    {
        await using var client = new SlowClient();
        await using var patient = new PatientStream(client, TimeSpan.FromSeconds(30), Host.Clock, CancellationToken.None);

        Assert.Equal(1, await ReadAsync(patient, client, bytes: 1));
        await Assert.ThrowsAsync<UploadTooSlowException>(() => ReadAsync(patient, client, bytes: 1));
    }

    [Fact]
    public async Task Upload_over_a_slow_line_may_take_its_time()
    {
        await using var client = new SlowClient();
        await using var patient = new PatientStream(client, TimeSpan.FromSeconds(30), Host.Clock, CancellationToken.None);

        for (var read = 0; read < 100; read++)
        {
            Assert.Equal(5000, await ReadAsync(patient, client, bytes: 5000));
        }
    }

    [Fact]
    public async Task Time_that_we_spend_ourselves_is_not_the_clients()
    {
        await using var patient = new PatientStream(new MemoryStream(new byte[3]), TimeSpan.FromSeconds(30), Host.Clock, CancellationToken.None);

        Assert.Equal(1, await patient.ReadAsync(new byte[1]));
        Host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await patient.ReadAsync(new byte[2]));
    }

    private static void IsTimedOut(string answer, string reason)
    {
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Contains(reason, answer, StringComparison.Ordinal);
    }

    /// <summary>Announces more than it sends, and waits for the answer.</summary>
    private async Task<string> SendAsync(string line, string type, string part)
    {
        using TcpClient client = await RawHttp.ConnectAsync(Host.Users);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
            $"{line} HTTP/1.1\r\nHost: {VaultHost.VaultHostName}\r\nX-Auth-Assertion: {Mint.Assertion(Host, Alice)}\r\nContent-Type: {type}\r\nContent-Length: 1000\r\n\r\n{part}"));
        var received = new StringBuilder();
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!received.ToString().Contains("}}", StringComparison.Ordinal) && await client.GetStream().ReadAsync(buffer, patience.Token) is > 0 and var count)
        {
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    private static Task WaitForAsync(Func<bool> condition) => WaitForAsync(() => Task.FromResult(condition()));

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Reads what arrives after twenty seconds.</summary>
    private async Task<int> ReadAsync(PatientStream patient, SlowClient client, int bytes)
    {
        var reading = patient.ReadAsync(new byte[8000]);
        Host.Clock.Advance(TimeSpan.FromSeconds(20));
        client.Send(bytes);
        return await reading;
    }

    private sealed class SlowClient : MemoryStream
    {
        private TaskCompletionSource<int> _reading = new();

        public void Send(int bytes) => _reading.TrySetResult(bytes);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var reading = _reading = new TaskCompletionSource<int>();
            cancellationToken.Register(() => reading.TrySetCanceled(cancellationToken));
            return new ValueTask<int>(reading.Task);
        }
    }
}
