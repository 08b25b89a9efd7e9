using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Rehearsal;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary><c>authproxy rules test</c>: runs the tests that rules carry, and those in files beside them.</summary>
internal static class RulesTestCommand
{
    private const string JUnit = "--junit";

    public static Command Command { get; } = new(
        "rules test",
        "Runs the tests of the rules through the real stages, without asking anybody.",
        [.. RuleOptions.All, new(JUnit, "FILE", "Writes the results there as JUnit XML too.")],
        (arguments, console, cancellation) =>
            OpenedRules.UseAsync(arguments, console, (opened, rules) => RunAsync(arguments, console, opened, rules, cancellation), cancellation));

    private static async Task<int> RunAsync(CommandArguments arguments, CommandConsole console, OpenedRules opened, PreparedRules rules, CancellationToken cancellation)
    {
        var report = await opened.Rehearsal.RunAsync(rules, opened.Read, cancellation);
        if (RuleOptions.WantsJson(arguments))
        {
            CommandJson.Write(console.Output, json => WriteJson(json, opened, report));
        }
        else
        {
            WriteText(console, opened, report);
        }

        if (arguments[JUnit] is { } file && WhyNotWritten(file, report) is { } fault)
        {
            await console.Error.WriteLineAsync($"authproxy: no results were written to {file}: {fault}");
            return ExitCodes.Failure;
        }

        // Nothing that was tried is no success: the file of tests may be the one that is missing.
        if (report.Count == 0)
        {
            await console.Error.WriteLineAsync("authproxy: there are no tests; a rule carries them under 'tests', or a file NAME.tests.yaml beside the rules");
        }

        return report is { Succeeded: true, Count: > 0 } ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string? WhyNotWritten(string file, RehearsalReport report)
    {
        try
        {
            JUnitReport.Write(file, report);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return fault.Message;
        }
    }

    private static void WriteText(CommandConsole console, OpenedRules opened, RehearsalReport report)
    {
        foreach (var warning in opened.Warnings.Concat(report.Warnings))
        {
            console.Error.WriteLine($"warning: {warning}");
        }

        foreach (var result in report.Results)
        {
            console.Output.WriteLine($"{(result.Failure is null ? "ok     " : "FAILED ")} {result.Title}");
            if (result.Failure is { } failure)
            {
                console.Output.WriteLine($"        {result.Test.File}:{result.Test.Line}: {failure}");
            }
        }

        if (report.Unfinished is { } unfinished)
        {
            console.Error.WriteLine(unfinished);
        }

        console.Output.WriteLine($"{report.Passed} passed, {report.Count - report.Passed} failed");
    }

    private static void WriteJson(Utf8JsonWriter json, OpenedRules opened, RehearsalReport report)
    {
        json.WriteNumber("passed"u8, report.Passed);
        json.WriteNumber("failed"u8, report.Count - report.Passed);
        json.WriteStartArray("tests"u8);
        foreach (var result in report.Results)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, result.Test.Key);
            json.WriteString("name"u8, result.Test.Name);
            json.WriteString("rule"u8, result.Carrier?.Id);
            json.WriteString("file"u8, result.Test.File);
            json.WriteNumber("line"u8, result.Test.Line);
            json.WriteBoolean("passed"u8, result.Failure is null);
            json.WriteString("failure"u8, result.Failure);
            json.WriteNumber("seconds"u8, Math.Round(result.Took.TotalSeconds, 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("unfinished"u8, report.Unfinished?.ToString());
        json.WriteFaults("warnings", opened.Warnings.Concat(report.Warnings));
    }
}
