using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

/// <summary>One Tokenizer for all tests of a class: each has people of its own in it.</summary>
public class SharedVault : IAsyncLifetime
{
    public VaultHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected virtual Task<VaultHost> StartAsync() => VaultHost.StartAsync();
}

public abstract class SharedVaultTests(SharedVault vault)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N");

    private protected VaultHost Host => vault.Host;

    private protected Person Alice => new("sid-alice-" + _suffix, "alice-" + _suffix);

    private protected Person Bob => new("sid-bob-" + _suffix, "bob-" + _suffix);

    /// <summary>Alice, logged in a second time.</summary>
    private protected Person AliceElsewhere => Alice with { Sid = "sid-elsewhere-" + _suffix };
}
