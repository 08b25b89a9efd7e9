using System.Text.Json;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Admin;

/// <summary>Sessions as an operator may see them: ids and times. Whose they are the store does not know, and what they hold is sealed.</summary>
internal static class SessionsView
{
    public static void Write(Utf8JsonWriter json, SessionPage page)
    {
        json.WriteStartArray("sessions"u8);
        foreach (var entry in page.Entries)
        {
            json.WriteStartObject();
            json.WriteString("sid"u8, entry.Sid);
            json.WriteBoolean("foreign"u8, entry.Index is null);
            if (entry.Index is { } index)
            {
                json.WriteString("created_at"u8, index.CreatedAt);
                json.WriteString("last_used_at"u8, index.TouchedAt);
                json.WriteString("idle_until"u8, index.IdleUntil);
                json.WriteString("ends_at"u8, index.EndsAt);
                json.WriteBoolean("provider_session"u8, index.ProviderSession is not null);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next"u8, page.Next);
    }
}
