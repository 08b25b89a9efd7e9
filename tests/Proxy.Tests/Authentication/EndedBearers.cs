using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Tests.Sessions;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Authentication;

/// <summary>Bearers that a test may end before their time.</summary>
internal sealed class EndedBearers : IDisposable
{
    private readonly FakeClock _clock;
    private readonly BearerMarkRecord _records;
    private readonly BearerMarks _marks;

    public EndedBearers(FakeClock clock)
    {
        _clock = clock;
        _records = new BearerMarkRecord(Some.Keys(clock));
        _marks = new BearerMarks(Store, _records, clock, NullLogger<BearerMarks>.Instance);
        Endings = new BearerEndings(_marks);
    }

    public BearerSessions Sessions { get; } = new(new BearerKey(new byte[32]));

    public StoreDouble Store { get; } = new(new MemorySessionStore());

    public BearerEndings Endings { get; }

    public async Task EndAsync(string issuer, string subject)
    {
        var now = _clock.GetUtcNow();
        await Store.AddNotBeforeAsync(_records.Make(Sessions.KeyOfSubject(issuer, subject), now.AddSeconds(1), now.AddDays(1)), default);
        await _marks.ReadOnAsync(default);
    }

    public void Dispose() => _marks.Dispose();
}
