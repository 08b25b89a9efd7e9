using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AuthProxy.IdentityProvider;

/// <summary>Things found by a random name for a limited time. What has expired leaves with the next arrival.</summary>
internal abstract class ShortLived<T>(TimeProvider clock, TimeSpan lifetime)
    where T : class
{
    private readonly ConcurrentDictionary<string, (T Item, DateTimeOffset Ends)> _items = new(StringComparer.Ordinal);

    protected TimeProvider Clock { get; } = clock;

    public string Add(T item)
    {
        var now = Clock.GetUtcNow();
        foreach (var (name, kept) in _items)
        {
            if (kept.Ends <= now)
            {
                _items.TryRemove(name, out _);
            }
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _items[key] = (item, now + lifetime);
        return key;
    }

    public T? Find(string? name) =>
        name is not null && _items.TryGetValue(name, out var kept) && kept.Ends > Clock.GetUtcNow() ? kept.Item : null;

    /// <summary>Gives the item to one caller only, however many ask at once.</summary>
    public T? Take(string? name) =>
        name is not null && _items.TryRemove(name, out var kept) && kept.Ends > Clock.GetUtcNow() ? kept.Item : null;
}

/// <summary>What an authorization code stands for until it is exchanged, once.</summary>
internal sealed record CodeGrant(DemoUser User, string SessionId, DateTimeOffset LoggedInAt, string RedirectUri, string CodeChallenge, string? Nonce, string Scope);

internal sealed class IssuedCodes(TimeProvider clock) : ShortLived<CodeGrant>(clock, TimeSpan.FromSeconds(60));

internal sealed class AccessTokens(TimeProvider clock) : ShortLived<DemoUser>(clock, TimeSpan.FromMinutes(5));

/// <summary>One login at the provider itself: a second application, or a second login, asks for no password.</summary>
internal sealed record ProviderSession(DemoUser User, string SessionId, DateTimeOffset LoggedInAt);

internal sealed class ProviderSessions(TimeProvider clock) : ShortLived<ProviderSession>(clock, TimeSpan.FromHours(8))
{
    private const string Cookie = "demo_provider_session";

    public ProviderSession? Current(HttpContext context) => Find(context.Request.Cookies[Cookie]);

    public ProviderSession Start(HttpContext context, DemoUser user)
    {
        Take(context.Request.Cookies[Cookie]);
        var session = new ProviderSession(user, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), Clock.GetUtcNow());
        context.Response.Cookies.Append(Cookie, Add(session), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
        return session;
    }

    public void End(HttpContext context)
    {
        Take(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Delete(Cookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
    }
}
