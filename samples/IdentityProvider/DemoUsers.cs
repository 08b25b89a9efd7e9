using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthProxy.IdentityProvider;

/// <summary>Somebody who can log in, and what the provider says about them.</summary>
internal sealed record DemoUser(string Subject, string Password, string Name, string Email, IReadOnlyList<string> Groups)
{
    public void WriteClaims(Utf8JsonWriter writer)
    {
        writer.WriteString("sub", Subject);
        writer.WriteString("name", Name);
        writer.WriteString("preferred_username", Subject);
        writer.WriteString("email", Email);
        writer.WriteBoolean("email_verified", true);
        writer.WriteStartArray("groups");
        foreach (var group in Groups)
        {
            writer.WriteStringValue(group);
        }

        writer.WriteEndArray();
    }
}

internal static class DemoUsers
{
    private static readonly DemoUser[] All =
    [
        new("alice", "alice-demo", "Alice Ahlgren", "alice@example.test", ["customers"]),

        // A name outside ASCII: it has to survive ID token, header and assertion.
        new("bob", "bob-demo", "Bob Brückner", "bob@example.test", ["customers"]),
    ];

    public static DemoUser? Find(string? name, string? password)
    {
        var user = All.FirstOrDefault(one => one.Subject == name);
        return user is not null && Same(user.Password, password) ? user : null;
    }

    public static bool Same(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
