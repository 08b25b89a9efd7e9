using System.Globalization;
using AuthProxy.Tokenizer.Audit.Export;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer audit …</c>: reads what stands behind the words, and hands it to the command.</summary>
internal static class AuditCommands
{
    private static readonly HashSet<string> VerifyOptions = ["--config", "--checkpoints", "--jwks"];
    private static readonly HashSet<string> ExportOptions = ["--config", "--since", "--until", "--session", "--token"];
    private static readonly HashSet<string> OnlyConfig = ["--config"];

    /// <returns>Null where the arguments are not understood.</returns>
    public static async Task<int?> RunAsync(string[] arguments, TextReader input, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        switch (arguments)
        {
            case ["verify", .. var rest] when Options(rest, VerifyOptions, repeatable: "--checkpoints") is { } options:
                return await AuditVerifyCommand.RunAsync(options["--config"][0], [.. options["--checkpoints"]], options["--jwks"].SingleOrDefault(), output, errors, cancellation);
            case ["export", .. var rest] when Options(rest, ExportOptions) is { } options && FilterOf(options) is { } filter:
                return await AuditExportCommand.RunAsync(options["--config"][0], filter, output, errors, cancellation);
            case ["keys", .. var rest] when Options(rest, OnlyConfig) is { } options:
                return await AuditKeysCommand.RunAsync(options["--config"][0], output, errors, cancellation);
            case ["hash", .. var rest] when Options(rest, OnlyConfig) is { } options:
                return await AuditHashCommand.RunAsync(options["--config"][0], input, output, errors, cancellation);
            default:
                return null;
        }
    }

    /// <summary>Pairs of names and values, each name once unless it is <paramref name="repeatable"/>; null where they are no such pairs, or the file is not among them.</summary>
    private static Dictionary<string, List<string>>? Options(string[] arguments, HashSet<string> known, string? repeatable = null)
    {
        var options = known.ToDictionary(name => name, _ => new List<string>());
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !options.TryGetValue(arguments[i], out var values) || (values.Count > 0 && arguments[i] != repeatable))
            {
                return null;
            }

            values.Add(arguments[i + 1]);
        }

        return options["--config"].Count == 1 ? options : null;
    }

    private static AuditFilter? FilterOf(Dictionary<string, List<string>> options) =>
        TryTime(options["--since"], long.MinValue, out var since) && TryTime(options["--until"], long.MaxValue, out var until)
        && TryHash(options["--session"], out var session) && TryHash(options["--token"], out var token)
            ? new AuditFilter(since, until, session, token)
            : null;

    private static bool TryTime(List<string> written, long otherwise, out long milliseconds)
    {
        milliseconds = otherwise;
        if (written is not [var text])
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        milliseconds = time.ToUnixTimeMilliseconds();
        return isTime;
    }

    private static bool TryHash(List<string> written, out byte[]? hash)
    {
        hash = null;
        if (written is not [var text])
        {
            return true;
        }

        hash = text.Length == 64 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
        return hash is not null;
    }
}
