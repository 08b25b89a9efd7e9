using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Refresh;

/// <summary>A provider that takes each refresh token once, in its own time.</summary>
internal sealed class RotatingProvider(FakeClock clock) : ITokenRefresher
{
    private readonly Lock _gate = new();
    private int _issued;

    public RefreshSettings? Settings { get; set; } = new(RefreshOccasion.Used, TimeSpan.FromSeconds(60), Required: false, TimeSpan.FromSeconds(20), UpdateClaims: true);

    /// <summary>The one refresh token that is good.</summary>
    public string Good { get; private set; } = "refresh";

    /// <summary>The refresh tokens that it was shown, in order.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>How many ask just now.</summary>
    public int Asking { get; private set; }

    /// <summary>What it waits for before it looks at the token.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    /// <summary>What it waits for before it answers; by then the token is used up.</summary>
    public Task After { get; set; } = Task.CompletedTask;

    /// <summary>What it says in place of new tokens.</summary>
    public RefreshOutcome? Instead { get; set; }

    public JsonElement? Claims { get; set; }

    public TimeSpan Life { get; set; } = TimeSpan.FromMinutes(5);

    public RefreshSettings? SettingsOf(Session session) => Settings;

    public async ValueTask<RefreshOutcome> RefreshAsync(Session session, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Asking++;
            Shown.Add(session.Tokens.RefreshToken!);
        }

        await Before;
        var outcome = Instead ?? Rotate(session.Tokens.RefreshToken!);
        await After;
        lock (_gate)
        {
            Asking--;
        }

        return outcome;
    }

    private RefreshOutcome Rotate(string shown)
    {
        lock (_gate)
        {
            if (shown != Good)
            {
                return new RefreshOutcome.Refused("invalid_grant");
            }

            Good = $"refresh-{++_issued}";
            var now = clock.GetUtcNow();
            return new RefreshOutcome.Refreshed(new ProviderTokens("id.to.ken", $"access-{_issued}", Good, now + Life) { ReceivedAt = now }, Claims);
        }
    }
}
