using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;

namespace AuthProxy.Proxy.Cli.SessionCommands;

/// <summary><c>authproxy sessions end</c>: ends sessions everywhere, and the bearers of the same logins.</summary>
internal static class SessionsEndCommand
{
    private const string Sid = "--sid";
    private const string All = "--all";
    private const string Yes = "--yes";

    public static Command Command { get; } = new(
        "sessions end",
        "Ends one session, those of a subject or of a session at the provider, or all; tokens issued so far end with them.",
        [
            .. SessionOptions.Common,
            new(Sid, "SID", "One session by its id."),
            new(All, null, "Every session of the realm, and every token of whatever issuer."),
            new(Yes, null, "Confirms --all."),
        ],
        RunAsync);

    private static async Task<int> RunAsync(CommandArguments arguments, CommandConsole console, CancellationToken cancellation)
    {
        if (Objection(arguments) is { } objection)
        {
            await console.Error.WriteLineAsync($"authproxy: {objection}");
            return ExitCodes.Usage;
        }

        return await AdminClient.AskAsync(arguments, console, async (client, stopping) =>
        {
            var ended = (await client.PostAsync("/sessions/end", OrderOf(arguments), stopping)).GetProperty("ended").GetInt32();
            if (arguments[SessionOptions.Output] == "json")
            {
                CommandJson.Write(console.Output, json => json.WriteNumber("ended"u8, ended));
            }
            else
            {
                await console.Output.WriteLineAsync(ended == 1 ? "1 session ended" : $"{ended} sessions ended");
            }

            return ExitCodes.Success;
        }, cancellation);
    }

    private static string? Objection(CommandArguments arguments)
    {
        var ways = new[] { arguments.Has(Sid), arguments.Has(SessionOptions.Issuer), arguments.Has(All) }.Count(given => given);
        return SessionOptions.Objection(arguments)
            ?? (ways != 1 ? $"sessions end needs one of {Sid}, {SessionOptions.Issuer} or {All}"
            : arguments.Has(All) && !arguments.Has(Yes) ? $"{All} signs everybody out; confirm it with {Yes}"
            : null);
    }

    private static string OrderOf(CommandArguments arguments)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            Write(json, "sid", arguments[Sid]);
            Write(json, "issuer", arguments[SessionOptions.Issuer]);
            Write(json, "subject", arguments[SessionOptions.Subject]);
            Write(json, "provider_session", arguments[SessionOptions.ProviderSession]);
            if (arguments.Has(All))
            {
                json.WriteBoolean("all"u8, true);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
