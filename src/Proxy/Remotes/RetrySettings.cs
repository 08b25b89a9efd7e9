using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Oathkeeper's key <c>retry</c>, with time-outs that work.</summary>
/// <param name="GiveUpAfter">How long all attempts together may take.</param>
/// <param name="MaxDelay">The longest pause between two attempts.</param>
internal sealed record RetrySettings(TimeSpan GiveUpAfter, TimeSpan MaxDelay)
{
    // One question and up to four retries.
    private const int Attempts = 5;

    public static readonly Schema<RetrySettings> Schema = Declare.Object<RetrySettings>("retry", "How long and how often the service is asked.", o =>
    {
        var giveUpAfter = o.Duration("give_up_after", "How long all attempts together may take.").Default("1s").AtLeast("10ms").AtMost("1m");
        var maxDelay = o.Duration("max_delay", "The longest pause between two attempts; up to four more follow a lost connection, a 429 or a 5xx.").Default("100ms").AtMost("10s");
        return read => new RetrySettings(read.Get(giveUpAfter), read.Get(maxDelay));
    });

    public RemotePolicy Policy { get; } = new(GiveUpAfter) { Attempts = Attempts, LongestPause = MaxDelay };
}
