namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>Tests that talk to a Tokenizer of their own.</summary>
public abstract class VaultTests : IAsyncLifetime
{
    private protected static Person Alice => Person.Alice;

    private protected static Person Bob => Person.Bob;

    private protected VaultHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();

    private protected virtual Task<VaultHost> StartAsync() => VaultHost.StartAsync();
}
