using System.Globalization;
using System.Text.Json;
using AuthProxy.Hosting;

namespace AuthProxy.Proxy.Cli.SessionCommands;

/// <summary><c>authproxy sessions list</c>: which sessions there are.</summary>
internal static class SessionsListCommand
{
    private const string Limit = "--limit";
    private const string After = "--after";

    public static Command Command { get; } = new(
        "sessions list",
        "Lists sessions of the realm: ids and times, never whose they are or what they hold.",
        [
            .. SessionOptions.Common,
            new(Limit, "NUMBER", "How many at most.") { Default = "50" },
            new(After, "PLACE", "Where to go on: what the list before named as its next."),
        ],
        RunAsync);

    private static async Task<int> RunAsync(CommandArguments arguments, CommandConsole console, CancellationToken cancellation)
    {
        if (SessionOptions.Objection(arguments) is { } objection)
        {
            await console.Error.WriteLineAsync($"authproxy: {objection}");
            return ExitCodes.Usage;
        }

        return await AdminClient.AskAsync(arguments, console, async (client, ended) =>
        {
            var page = await client.GetAsync("/sessions" + QueryOf(arguments), ended);
            if (arguments[SessionOptions.Output] == "json")
            {
                CommandJson.Write(console.Output, json => Copy(json, page));
            }
            else
            {
                WriteText(console, page);
            }

            return ExitCodes.Success;
        }, cancellation);
    }

    private static string QueryOf(CommandArguments arguments)
    {
        (string Name, string? Value)[] parameters =
        [
            ("issuer", arguments[SessionOptions.Issuer]), ("subject", arguments[SessionOptions.Subject]), ("provider_session", arguments[SessionOptions.ProviderSession]),
            ("limit", arguments[Limit]), ("after", arguments[After]),
        ];
        return "?" + string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
    }

    private static void Copy(Utf8JsonWriter json, JsonElement page)
    {
        foreach (var member in page.EnumerateObject())
        {
            member.WriteTo(json);
        }
    }

    private static void WriteText(CommandConsole console, JsonElement page)
    {
        foreach (var session in page.GetProperty("sessions").EnumerateArray())
        {
            var sid = Printable(session.GetProperty("sid").GetString()!);
            console.Output.WriteLine(session.GetProperty("foreign").GetBoolean()
                ? $"{sid}  foreign: this realm did not write it"
                : $"{sid}  created {Time(session, "created_at")}  used {Time(session, "last_used_at")}  ends {Time(session, "ends_at")}");
        }

        if (page.GetProperty("next").GetString() is { } next)
        {
            console.Error.WriteLine($"There are more: {After} {Printable(next)}");
        }
    }

    // Whoever can write the store may have put anything there: nothing of it may steer the operator's terminal.
    private static string Printable(string text) => JsonEncodedText.Encode(text).Value;

    private static string Time(JsonElement session, string name) =>
        session.GetProperty(name).GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
