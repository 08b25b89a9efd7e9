using System.Text.Json;

namespace AuthProxy.Proxy.OpenIdConnect.Claims;

/// <summary>
/// Where in a provider's claims something stands: a claim's exact name, a dotted path into objects (<c>realm_access.roles</c>), or a JSON pointer
/// (RFC 6901: <c>/resource_access/my.app/roles</c>).
/// </summary>
internal sealed class ClaimPath
{
    private const int MostSteps = 16;
    private const int LongestText = 500;

    private readonly string _text;
    private readonly bool _isPointer;
    private readonly string[] _steps;

    private ClaimPath(string text, bool isPointer, string[] steps) => (_text, _isPointer, _steps) = (text, isPointer, steps);

    /// <summary>The claim in which it begins.</summary>
    public string First => _steps[0];

    /// <summary>Null for what leads nowhere.</summary>
    public static ClaimPath? Parse(string text)
    {
        var isPointer = text.StartsWith('/');
        string[] steps = isPointer ? [.. text[1..].Split('/').Select(Unescape)] : text.Split('.');
        return text.Length is > 0 and <= LongestText && steps.Length <= MostSteps && !steps.Contains("") && (!isPointer || !HasStrayTilde(text))
            ? new ClaimPath(text, isPointer, steps)
            : null;
    }

    public bool TryFind(JsonElement claims, out JsonElement found)
    {
        // The exact name goes first: "https://example.com/roles" is a name of its own, not a path.
        if (!_isPointer && claims.TryGetProperty(_text, out found))
        {
            return true;
        }

        found = claims;
        foreach (var step in _steps)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => _text;

    private static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static bool HasStrayTilde(string text)
    {
        for (var at = text.IndexOf('~', StringComparison.Ordinal); at >= 0; at = text.IndexOf('~', at + 1))
        {
            if (at + 1 >= text.Length || text[at + 1] is not ('0' or '1'))
            {
                return true;
            }
        }

        return false;
    }
}
