namespace AuthProxy.Jose.Tests;

/// <summary>Stands for the issuer's end of a fetch: counts, answers what it is told to, and can be held.</summary>
internal sealed class KeyServer
{
    private TaskCompletionSource _gate = Opened();
    private int _fetches;

    public int Fetches => Volatile.Read(ref _fetches);

    public FetchOutcome Answer { get; set; } = new FetchOutcome.Fetched(Tokens.Jwks(Tokens.Ec));

    public void Publish(params SigningKey[] keys) => Answer = new FetchOutcome.Fetched(Tokens.Jwks(keys));

    public void Break() => Answer = new FetchOutcome.Failed("down");

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.SetResult();

    public async ValueTask<FetchOutcome> FetchAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _fetches);
        await _gate.Task.WaitAsync(cancellation);
        return Answer;
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
