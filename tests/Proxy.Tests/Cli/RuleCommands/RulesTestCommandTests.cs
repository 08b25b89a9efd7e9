using System.Xml.Linq;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli.RuleCommands;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Tests.Cli.RuleCommands;

public sealed class RulesTestCommandTests : IDisposable
{
    private readonly CommandHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Tests_that_pass_have_a_line_each_and_end_in_success()
    {
        var file = Write("{ name: known, request: { path: /, as: { subject: alice } }, expect: { rule: app, headers: { X-Auth-Subject: alice } } }");

        Assert.Equal(ExitCodes.Success, await _house.RunAsync("test", "--rules", file));

        Assert.Equal("ok      tests[0] 'known'\n1 passed, 0 failed\n", _house.Output);
        Assert.Empty(_house.Error);
    }

    [Fact]
    public async Task Test_that_fails_says_where_and_why_and_ends_in_failure()
    {
        var file = Write("{ request: { path: /admin/keys, as: { groups: [clerks] } }, expect: { status: 200 } }");

        Assert.Equal(ExitCodes.Failure, await _house.RunAsync("test", "--rules", file));

        Assert.Contains("rules.tests.yaml:1: expects 200, and the answer is 403 requirement-not-met", _house.Output, StringComparison.Ordinal);
        Assert.EndsWith("0 passed, 1 failed\n", _house.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_was_tried_is_no_success()
    {
        Assert.Equal(ExitCodes.Failure, await _house.RunAsync("test", "--rules", _house.Write("rules.yaml", CommandHouse.Rules)));
        Assert.Contains("there are no tests", _house.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ request: { path: / }, expect: { status: 200 }, answer: [] }")]
    [InlineData("{ request: { path: / }, expect: { reason: credentials-missing } }")]
    public async Task Test_that_is_not_well_written_is_a_fault_of_the_file(string test)
    {
        Assert.Equal(ExitCodes.Configuration, await _house.RunAsync("test", "--rules", Write(test)));
        Assert.Contains("rules.tests.yaml:1: tests[0]", _house.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_of_a_folder_are_no_rules_and_hold_all_of_its_rules()
    {
        Write("{ request: { path: / }, expect: { status: 401 } }");

        Assert.Equal(ExitCodes.Success, await _house.RunAsync("test", "--rules", Path.GetDirectoryName(_house.PathOf("x"))!, "--output", "json"));

        Assert.Equal(1, _house.Json.GetProperty("passed").GetInt32());
        Assert.True(_house.Json.GetProperty("tests")[0].GetProperty("passed").GetBoolean());
    }

    [Fact]
    public async Task Junit_report_is_well_formed_whatever_a_name_holds()
    {
        var file = Write("""{ name: "<a & \"b\"> ]]> \x01", request: { path: / }, expect: { status: 200 } }, { request: { path: / }, expect: { status: 401 } }""");
        var report = _house.PathOf("report.xml");

        Assert.Equal(ExitCodes.Failure, await _house.RunAsync("test", "--rules", file, "--junit", report));

        var suites = XDocument.Load(report).Root!;
        Assert.Equal(("2", "1"), (suites.Attribute("tests")!.Value, suites.Attribute("failures")!.Value));
        var cases = suites.Element("testsuite")!.Elements("testcase").ToList();
        Assert.Contains("<a & \"b\"> ]]>", cases[0].Attribute("name")!.Value, StringComparison.Ordinal);
        Assert.Contains("expects 200", cases[0].Element("failure")!.Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.Null(cases[1].Element("failure"));
    }

    [Fact]
    public void Junit_report_says_that_not_all_tests_ran()
    {
        using var stream = new MemoryStream();
        var test = new RuleTest { Request = new RuleTestRequest { Host = "", Path = "/" }, Expect = new RuleTestExpectation(), File = "rules.yaml", Key = "tests[0]", Name = "\ud800" };

        JUnitReport.Write(stream, new RehearsalReport([new TestResult(test, null, null, TimeSpan.Zero)], 2, new("rules.yaml", 3, "tests[1]", "was not done")));

        stream.Position = 0;
        Assert.Equal("rules.yaml:3: tests[1] was not done", XDocument.Load(stream).Descendants("error").Single().Attribute("message")!.Value);
    }

    [Fact]
    public async Task Report_that_cannot_be_written_is_a_failure()
    {
        var file = Write("{ request: { path: / }, expect: { status: 401 } }");

        Assert.Equal(ExitCodes.Failure, await _house.RunAsync("test", "--rules", file, "--junit", Path.Combine(file, "report.xml")));
        Assert.Contains("no results were written", _house.Error, StringComparison.Ordinal);
    }

    private string Write(string tests)
    {
        _house.Write("rules.tests.yaml", $"tests: [ {tests} ]");
        return _house.Write("rules.yaml", CommandHouse.Rules);
    }
}
