using System.Text.Json;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>The request that <c>rules explain</c> is asked about, read from its command line.</summary>
internal static class ExplainRequest
{
    public const string Header = "--header";
    public const string As = "--as";
    public const string Body = "--body";

    // As much as a rule may hold of a body.
    private const long LongestBody = 64 * 1024 * 1024;

    public static readonly IReadOnlyList<CommandOption> Options =
    [
        new(Header, "'NAME: VALUE'", "A header of the request.") { IsRepeatable = true },
        new(As, "NAME", "Who is asking; without it the headers' credentials say, as far as they can without asking anybody."),
        new("--groups", "A,B", "The groups that --as is in."),
        new("--claim", "NAME=VALUE", "What else is said of --as; a value that is JSON stays it.") { IsRepeatable = true },
        new(Body, "FILE", "The request's body, JSON."),
    ];

    /// <summary>Null, with the reason, where something cannot be.</summary>
    public static RuleTestRequest? Read(CommandArguments arguments, out string fault)
    {
        fault = "";
        var (method, url) = (arguments.Operands[0], arguments.Operands[1]);
        if (!method.All(char.IsAsciiLetter))
        {
            fault = $"'{method}' is no method; write METHOD and URL, such as GET https://app.example.com/";
        }

        var address = TestAddress.TryParse(url);
        if (address is null)
        {
            fault = $"'{url}' is no http address without user information";
        }

        var headers = ReadHeaders(arguments.All(Header), ref fault);
        var subject = ReadSubject(arguments, ref fault);
        var body = arguments[Body] is { } file ? ReadBody(file, ref fault) : null;
        return fault.Length > 0 ? null : new RuleTestRequest
        {
            Method = method.ToUpperInvariant(),
            Scheme = address!.Scheme,
            Host = address.Host,
            Path = address.Target,
            As = subject,
            Headers = headers,
            Body = body,
        };
    }

    private static Dictionary<string, string> ReadHeaders(IReadOnlyList<string> written, ref string fault)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in written)
        {
            // The value is not repeated: it may be a password.
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : header[..colon].TrimEnd();
            if (name.Length == 0 || !name.All(IsNameCharacter) || header.AsSpan(colon).ContainsAnyExceptInRange(' ', '~'))
            {
                fault = $"a {Header} is none; write 'Name: value'";
            }
            else if (!headers.TryAdd(name, header[(colon + 1)..].Trim()))
            {
                fault = $"{Header} {name} is given twice";
            }
        }

        return headers;
    }

    private static RuleTestSubject? ReadSubject(CommandArguments arguments, ref string fault)
    {
        if (arguments[As] is { } name)
        {
            return new RuleTestSubject(name, ClaimArguments.Read(arguments, name, ref fault));
        }

        if (arguments.Has("--groups") || arguments.Has("--claim"))
        {
            fault = $"--groups and --claim say something of {As}; give that too";
        }

        return null;
    }

    private static JsonElement? ReadBody(string file, ref string fault)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            if (stream.Length > LongestBody)
            {
                fault = $"{file} is larger than any body that a rule looks into";
                return null;
            }

            using var document = JsonDocument.Parse(stream);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            fault = $"{file} holds no JSON";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            fault = $"{file} cannot be read: {unreadable.Message}";
        }

        return null;
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character);
}
