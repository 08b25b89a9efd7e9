using AuthProxy.Jose;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Fetches no keys: whoever a token would show is what a test says under <c>as</c>.</summary>
internal sealed class RehearsedKeys(Prompter prompter)
{
    public ValueTask<FetchOutcome> FetchAsync(string address, CancellationToken cancellation)
    {
        prompter.Script.Miss(Uri.TryCreate(address, UriKind.Absolute, out var url) ? $"the keys at {Script.Named(url)}" : "the keys in a file");
        return new(new FetchOutcome.Failed("nobody is asked in a rehearsal"));
    }
}
