// Measures, in one run and in turn: the Tokenizer with audit, and pgbench on the same PostgreSQL, with 10,000 tokens and with a million.
using System.Globalization;
using AuthProxy.Bench;
using AuthProxy.Bench.Vault;

if (args is not [var published, var results, var seconds])
{
    Console.Error.WriteLine("usage: bench PUBLISHED_FOLDER RESULTS_FILE SECONDS_A_ROUND");
    return 2;
}

const int Rounds = 3;
const int Million = 1_000_000;

using var folder = new ScratchFolder();
using var database = await Cluster.StartAsync(folder.Path);
using var world = await VaultWorld.StartAsync(folder.Path, published, database);
await world.SeedAsync();

var load = new Load(folder.Path, database, world, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
var few = await load.MeasureAsync(Rounds);
await database.FillAsync(Million);
var many = await load.MeasureAsync(Rounds);

var report = VaultReport.Of(few, many);
Console.Write(report);
ResultsPage.WriteSection(results, "Tokenizer", report);
return 0;
