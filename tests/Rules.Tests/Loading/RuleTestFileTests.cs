using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public sealed class RuleTestFileTests : IDisposable
{
    private const string Rules = "version: authproxy/v1\nrules: [ { id: app, match: { host: a.test, path: /** }, authenticators: [oidc], upstream: 'http://127.0.0.1:3000' } ]";
    private const string Tests = "tests: [ { name: closed, request: { path: / }, answers: [ { url: 'https://check.test/', body: { ok: true } } ], expect: { status: 401 } } ]";

    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tests_in_a_folder_are_picked_up_and_are_no_rules()
    {
        Write("app.yaml", Rules);
        Write("orders.tests.yml", Tests);

        var load = RuleFileReader.Load([new RuleSource(_folder)]);

        Assert.Empty(load.Faults);
        Assert.Single(load.Rules);
        var test = Assert.Single(load.Tests);
        Assert.Equal(("closed", "tests[0]", 1), (test.Name, test.Key, test.Line));
        Assert.Equal("""{"ok":true}""", test.Answers.Single().Body);
    }

    [Fact]
    public void Tests_beside_a_single_file_go_with_it_and_others_do_not()
    {
        var file = Write("app.yaml", Rules);
        Write("other.tests.yaml", Tests);
        Assert.Empty(RuleFileReader.Load([new RuleSource(file)]).Tests);

        Write("app.tests.yaml", Tests);
        Assert.Single(RuleFileReader.Load([new RuleSource(file)]).Tests);
    }

    [Theory]
    [InlineData("tests: []", "write at least one test")]
    [InlineData("[]", "write a mapping")]
    [InlineData("rules: []", "rules is not a known key")]
    [InlineData("tests: [ { request: { path: / }, expect: { reason: rule-missing } } ]", "names neither expect.rule nor expect.status")]
    [InlineData("tests: [ { request: { path: / }, expect: { status: 200 }, answers: [ { url: 'check.test' } ] } ]", "http")]
    [InlineData("tests: [ { request: { path: / }, expect: { status: 200, headers: { X-A: [b] } } } ]", "write the header's value, or null")]
    [InlineData("", "the file is empty")]
    public void Tests_that_are_not_well_written_keep_the_rules_out_of_force(string tests, string fault)
    {
        Write("app.yaml", Rules);
        Write("app.tests.yaml", tests);

        var load = RuleFileReader.Load([new RuleSource(_folder)]);

        Assert.Null(load.Set);
        Assert.Contains(fault, string.Join('\n', load.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_of_a_rule_takes_the_rules_host()
    {
        var load = RuleFileReader.LoadText(Rules.Replace("} ]", ", tests: [ { request: { path: / }, expect: { status: 401 } }, { request: { path: /, host: b.test }, expect: { status: 404 } } ] } ]", StringComparison.Ordinal), "rules.yaml");

        Assert.Equal(["a.test", "b.test"], load.Rules.Single().Tests.Select(test => test.Request.Host));
        Assert.Equal(["rule 'app': tests[0]", "rule 'app': tests[1]"], load.Rules.Single().Tests.Select(test => test.Key));
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
