using System.Text.Json;

namespace AuthProxy.Jose;

/// <summary>What makes a token a logout token: the event that it tells of (OpenID Connect Back-Channel Logout 1.0, 2.4).</summary>
public static class LogoutEvent
{
    /// <summary>The event's name.</summary>
    public const string Name = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>Do these claims tell of a logout, in whatever form?</summary>
    /// <param name="claims">A token's claims.</param>
    public static bool IsIn(JsonElement claims) =>
        claims.TryGetProperty("events"u8, out var events) && events.ValueKind == JsonValueKind.Object && events.TryGetProperty(Name, out _);

    /// <summary>Do these claims tell of a logout as the standard has it: by an object, and it should be empty?</summary>
    /// <param name="claims">A token's claims.</param>
    public static bool IsWellFormedIn(JsonElement claims) =>
        IsIn(claims) && claims.GetProperty("events"u8).GetProperty(Name).ValueKind == JsonValueKind.Object;
}
