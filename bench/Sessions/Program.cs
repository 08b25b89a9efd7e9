// Measures, in one run: sessions from memory and from Redis beside a bare forwarder, what 100,000 of them take, and how soon an end is known elsewhere.
using System.Globalization;
using AuthProxy.Bench;
using AuthProxy.Bench.Sessions;

if (args is not [var published, var results, var seconds])
{
    Console.Error.WriteLine("usage: bench PUBLISHED_FOLDER RESULTS_FILE SECONDS_A_ROUND");
    return 2;
}

const int Sessions = 100_000;
const int Trials = 200;

using var folder = new ScratchFolder();
using var upstream = Peers.Upstream(folder.Path);
await upstream.StartAsync();
await using var world = await SessionWorld.StartAsync(folder.Path, published, upstream.Port);
var cookies = await world.SeedAsync(Sessions);
var memory = await world.RedisBytesAsync() / Sessions;

var peers = new[]
{
    world.Proxy("session cookie, local hit"),
    world.Proxy("session cookie, Redis hit", SessionWorld.RandomCookies(folder.Path, cookies)),
    Peers.BareForwarder(published, upstream.Port),
};
try
{
    var measurements = await Measurement.TakeAsync(
        peers, [("Host", SessionWorld.Host), ("Cookie", cookies[0])], rounds: 3, int.Parse(seconds, CultureInfo.InvariantCulture));
    var revocation = await Revocation.MeasureAsync(peers[0], peers[1], cookies.TakeLast(Trials));
    var report = SessionReport.Of(measurements, memory, revocation);
    Console.Write(report);
    ResultsPage.WriteSection(results, "Sessions", report);
    return 0;
}
finally
{
    foreach (var peer in peers)
    {
        peer.Dispose();
    }
}
