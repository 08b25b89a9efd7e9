using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public sealed class RuleFileReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Folder_is_read_in_order_and_files_of_our_form_merge()
    {
        Write("b.yml", "version: authproxy/v1\ndefaults: { upstream: http://b.test, authenticators: [jwt] }\nrules: [ { id: b, match: { path: /b } } ]\n");
        Write("a.yaml", "version: authproxy/v1\ndefaults: { upstream: http://a.test, authenticators: [oidc] }\nrules: [ { id: a, match: { path: /a } } ]\n");
        Write("c.json", "{\n\t\"version\": \"authproxy/v1\",\n\t\"rules\": [ { \"id\": \"c\", \"match\": { \"path\": \"/c\" }, \"upstream\": \"tokenizer\", \"authenticators\": [ \"oidc\" ] } ]\n}\n");
        Write("notes.txt", "not read");
        Write(".hidden.yaml", "not read");

        var load = RuleFileReader.Load([new RuleSource(_folder)]);

        Assert.Equal(["a", "b", "c"], Loads.Set(load).Rules.Select(rule => rule.Id));
        Assert.Equal(["http://a.test/", "http://b.test/", null], load.Rules.Select(rule => rule.Upstream!.Url?.AbsoluteUri));
        Assert.Equal(["oidc", "jwt", "oidc"], load.Rules.Select(rule => rule.Authenticators[0].Handler));
        Assert.Equal(3, load.Files.Count);
    }

    [Fact]
    public void Id_taken_in_another_file_is_a_fault()
    {
        Write("a.yaml", "version: authproxy/v1\nrules: [ { id: a, match: { path: /a }, upstream: http://a.test, authenticators: [oidc] } ]\n");
        Write("b.yaml", "version: authproxy/v1\nrules:\n- { id: a, match: { path: /b }, upstream: http://a.test, authenticators: [oidc] }\n");

        var fault = Assert.Single(Loads.Faults(RuleFileReader.Load([new RuleSource(_folder)])));

        Assert.Equal($"{Path.Combine(_folder, "b.yaml")}:3: rule 'a': id is taken by {Path.Combine(_folder, "a.yaml")}:2", fault);
    }

    [Fact]
    public void Missing_file_is_a_fault() =>
        Assert.Contains("does not exist", Assert.Single(Loads.Faults(RuleFileReader.Load([new RuleSource(Path.Combine(_folder, "none.yaml"))]))), StringComparison.Ordinal);

    [Fact]
    public void Fault_in_one_file_keeps_all_rules_from_becoming_a_set()
    {
        Write("a.yaml", "version: authproxy/v1\nrules: [ { id: a, match: { path: /a }, upstream: http://a.test, authenticators: [oidc] } ]\n");
        Write("b.yaml", "rules: [");

        Loads.Faults(RuleFileReader.Load([new RuleSource(_folder)]));
    }

    [Fact]
    public void No_files_are_an_empty_set() => Assert.Empty(Loads.Set(RuleFileReader.Load([new RuleSource(_folder)])).Rules);

    [Theory]
    [InlineData("", "rules.yaml: the file is empty")]
    [InlineData("hello", "rules.yaml:1: the file is a single value; write 'version: authproxy/v1'")]
    [InlineData("rules: []", "rules.yaml:1: the file has no version; begin it with 'version: authproxy/v1'")]
    [InlineData("version: authproxy/v2", "rules.yaml:1: version is not known; write authproxy/v1")]
    [InlineData("version: authproxy/v1", "rules.yaml:1: rules is empty; write at least one rule")]
    [InlineData("version: authproxy/v1\nrules: []", "rules.yaml:2: rules is empty; write at least one rule")]
    [InlineData("a: 1\n---\nb: 2", "rules.yaml: the file holds several documents; write one")]
    public void File_without_a_form_is_a_fault(string text, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Loads.Faults(RuleFileReader.LoadText(text, "rules.yaml"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(MatchingStrategy.Regexp, "http://a.test/abc", "r")]
    [InlineData(MatchingStrategy.Regexp, "http://a.test/a+", "-")]
    [InlineData(MatchingStrategy.Glob, "http://a.test/abc", "-")]
    [InlineData(MatchingStrategy.Glob, "http://a.test/a+", "r")]
    public void Strategy_says_what_stands_between_the_brackets(MatchingStrategy strategy, string url, string answer) =>
        Assert.Equal(answer, Loads.Set(RuleFileReader.LoadText(Loads.Oathkeeper("r", "http://a.test/<[a-c]+>"), "rules.yaml", strategy: strategy)).Answer("GET", url));

    [Fact]
    public void Schema_of_our_form_names_its_keys()
    {
        using var text = new StringWriter();
        RuleFile.Schema.WriteMarkdown(text);

        Assert.Contains("rules[].match.path", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("rules[].grants.verify", text.ToString(), StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
