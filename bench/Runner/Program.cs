// Measures, in one run and in turn: the Proxy, a bare forwarder in the same form, nginx, and HAProxy checking the same token.
using AuthProxy.Bench;

if (args is not [var published, var results, var seconds])
{
    Console.Error.WriteLine("usage: bench PUBLISHED_FOLDER RESULTS_FILE SECONDS_A_ROUND");
    return 2;
}

using var folder = new ScratchFolder();
var token = TestToken.Create(folder.Path);
using var upstream = Peers.Upstream(folder.Path);
await upstream.StartAsync();

var peers = new[]
{
    Peers.Proxy(folder.Path, published, upstream.Port, token),
    Peers.BareForwarder(published, upstream.Port),
    Peers.Nginx(folder.Path, upstream.Port),
    Peers.HAProxy(folder.Path, upstream.Port, token),
};

try
{
    var measurements = await Measurement.TakeAsync(peers, [("Authorization", $"Bearer {token.Compact}")], rounds: 3, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
    var report = Report.Of(measurements);
    Console.Write(report);
    ResultsPage.WriteHead(results, report);
    return 0;
}
finally
{
    foreach (var peer in peers)
    {
        peer.Dispose();
    }
}
