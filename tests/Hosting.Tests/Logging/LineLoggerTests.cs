using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Logging;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Tests.Logging;

public class LineLoggerTests
{
    // Line ends of every kind, a terminal escape, C1 controls, NUL, and marks that turn the direction of writing.
    private const string Attack = "alice\nfake line\r\u001b[2J\u0085\u009b\u2028\u2029\0\u202e\u200b\ud800";

    [Fact]
    public void Message_is_one_json_line_with_its_values()
    {
        var line = Assert.Single(Log(LogFormat.Json, log => log.LogWarning(new EventId(1001), "Refused as {Reason} with {Status} for {Subject}", "route-unknown", 404, "Ωmega")));

        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        Assert.Equal("2030-01-02T03:04:05Z", root.GetProperty("time").GetString());
        Assert.Equal("warn", root.GetProperty("level").GetString());
        Assert.Equal("test", root.GetProperty("category").GetString());
        Assert.Equal(1001, root.GetProperty("event").GetInt32());
        Assert.Equal("Refused as route-unknown with 404 for Ωmega", root.GetProperty("message").GetString());
        Assert.Equal(404, root.GetProperty("values").GetProperty("Status").GetInt32());
    }

    [Theory]
    [InlineData(LogFormat.Json), InlineData(LogFormat.Text)]
    public void Log_injection_by_control_characters_is_not_possible(LogFormat format)
    {
        var line = Assert.Single(Log(format, log => log.LogInformation("login of {Subject}", Attack)));

        Assert.DoesNotContain(line, c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);
    }

    [Theory]
    [InlineData(LogFormat.Json), InlineData(LogFormat.Text)]
    public void Exception_stays_on_the_line(LogFormat format) =>
        Assert.Contains("on purpose", Assert.Single(Log(format, log => log.LogError(new InvalidOperationException("on\npurpose"), "failed"))).Replace("\\n", " ", StringComparison.Ordinal).Replace(" | ", " ", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Levels_below_the_setting_and_the_platforms_chatter_are_left_out()
    {
        using var output = new MemoryStream();
        using (var factory = LoggerFactory.Create(logging => logging.AddJsonLines(new LogSettings(LogLevel.Information, LogFormat.Json), new FakeClock(), output)))
        {
            factory.CreateLogger("AuthProxy.X").LogDebug("no");
            factory.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").LogInformation("no");
            factory.CreateLogger("AuthProxy.X").LogInformation("yes");
        }

        Assert.Contains("\"yes\"", Assert.Single(Lines(output)), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaking_secrets_cannot_be_configured()
    {
        var faults = new ConfigFaults();

        Assert.Null(LogSettings.Schema.Read(ConfigReader.ReadText("leak_sensitive_values: true", "c.yaml", faults)[0], faults));
        Assert.Contains("leak_sensitive_values is true; secrets are never logged", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    private static string[] Log(LogFormat format, Action<ILogger> log)
    {
        using var output = new MemoryStream();
        using (var provider = new LineLoggerProvider(output, format, new FakeClock()))
        {
            log(provider.CreateLogger("test"));
        }

        return Lines(output);
    }

    private static string[] Lines(MemoryStream output) => Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
