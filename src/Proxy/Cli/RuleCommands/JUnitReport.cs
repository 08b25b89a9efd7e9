using System.Globalization;
using System.Text;
using System.Xml;
using AuthProxy.Proxy.Rehearsal;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>Results as JUnit XML, which build servers read: one suite for each file of rules.</summary>
internal static class JUnitReport
{
    public static void Write(string file, RehearsalReport report)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write);
        Write(stream, report);
    }

    public static void Write(Stream stream, RehearsalReport report)
    {
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" });
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, report.Results);
        foreach (var suite in report.Results.GroupBy(result => result.Test.File, StringComparer.Ordinal))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(suite.Key));
            WriteCounts(xml, [.. suite]);
            foreach (var result in suite)
            {
                WriteCase(xml, result);
            }

            xml.WriteEndElement();
        }

        if (report.Unfinished is { } unfinished)
        {
            WriteError(xml, unfinished.ToString());
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<TestResult> results)
    {
        xml.WriteAttributeString("tests", Number(results.Count));
        xml.WriteAttributeString("failures", Number(results.Count(result => result.Failure is not null)));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("time", Seconds(results.Aggregate(TimeSpan.Zero, (sum, result) => sum + result.Took)));
    }

    private static void WriteCase(XmlWriter xml, TestResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(result.Carrier?.ToString() ?? result.Test.File));
        xml.WriteAttributeString("name", Clean(result.Title));
        xml.WriteAttributeString("file", Clean(result.Test.File));
        xml.WriteAttributeString("line", Number(result.Test.Line));
        xml.WriteAttributeString("time", Seconds(result.Took));
        if (result.Failure is { } failure)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", Clean(failure));
            xml.WriteString(Clean($"{result.Test.File}:{Number(result.Test.Line)}: {result.Test.Key} {failure}"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteError(XmlWriter xml, string message)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "unfinished");
        xml.WriteAttributeString("tests", "1");
        xml.WriteAttributeString("errors", "1");
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", "all tests ran in time");
        xml.WriteStartElement("error");
        xml.WriteAttributeString("message", Clean(message));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // Names come from files: XML has no place for most control characters and half surrogates, not even escaped (XML 1.0, section 2.2).
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
