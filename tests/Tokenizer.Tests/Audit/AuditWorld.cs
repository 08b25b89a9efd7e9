using System.Security.Cryptography;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Audit.Verifying;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>The parts of the audit over records in memory.</summary>
internal sealed class AuditWorld : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<AuditWriter> _writers = [];

    public AuditWorld()
    {
        Keys = new LookupKeys(LookupPurposes.All.Select(purpose => new LookupKey(purpose, 1, [], RandomNumberGenerator.GetBytes(LookupKey.Size))));
        Metrics = new AuditMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        CheckpointKeys = new CheckpointKeys(Keys);
        Reader = new CheckpointReader(CheckpointKeys.Public, "demo", Clock);
        Maker = NewMaker();
    }

    public FakeClock Clock { get; } = new();

    public MemoryAuditRecords Records { get; } = new();

    public LookupKeys Keys { get; }

    public LineSeal Seal => new(Keys);

    public AuditMetrics Metrics { get; }

    public CheckpointKeys CheckpointKeys { get; }

    public CheckpointReader Reader { get; }

    public CheckpointMaker Maker { get; }

    public AuditRetention Retention => new(Records, Metrics, NullLogger<AuditRetention>.Instance);

    public CheckpointMaker NewMaker(TimeSpan? keep = null) => new(
        Records, CheckpointKeys, Reader, new RealmName("demo"), new AuditSettings(keep, new CheckpointSettings(TimeSpan.FromMinutes(1), 100, null)), Metrics,
        NullLogger<CheckpointMaker>.Instance, Clock);

    public async Task<AuditWriter> StartWriterAsync()
    {
        var writer = new AuditWriter(Records, new ActorSeal(Keys), Seal, Metrics, NullLogger<AuditWriter>.Instance, Clock);
        await writer.StartAsync(default);
        _writers.Add(writer);
        return writer;
    }

    public static AuditEvent Event(string subject = "alice") => new(
        AuditAction.Tokenize,
        new AuditedRequest { Caller = "gateway", KeyId = "key", TraceId = "trace", Application = "bank", Issuer = "https://login.test", Subject = subject },
        Session: new byte[32],
        Token: new byte[32]);

    /// <summary>Lines in one chain, with a checkpoint after each of the given numbers.</summary>
    public async Task WriteAsync(int lines, params int[] checkpointsAfter)
    {
        var writer = _writers.LastOrDefault() ?? await StartWriterAsync();
        for (var line = 1; line <= lines; line++)
        {
            await writer.WriteAsync(Event(), default);
            if (checkpointsAfter.Contains(line))
            {
                await Maker.MakeAsync(default);
            }
        }
    }

    public Task<AuditReport> VerifyAsync(params string[] shipped) => VerifyAsync(shipped, long.MinValue);

    public Task<AuditReport> VerifyAsync(string[] shipped, long keptSince) =>
        new AuditVerifier(Records, Reader, Seal).VerifyAsync(shipped.ToAsyncEnumerable(), keptSince, default);

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
        {
            await writer.StopAsync(default);
        }

        await _services.DisposeAsync();
    }
}
