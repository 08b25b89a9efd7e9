using System.Text;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

/// <summary>What a text is, its content says; where it came from does not matter.</summary>
public class RuleTextTests
{
    [Fact]
    public void Json_with_tabs_and_escapes_is_read_as_json() =>
        Assert.Equal("r", Loads.Set(Load("[\n\t{\n\t\t\"id\": \"r\",\n\t\t\"match\": {\"url\": \"http:\\/\\/a.test\\/x\", \"methods\": [\"GET\"]},\n\t\t\"authenticators\": [{\"handler\": \"noop\"}],\n\t\t\"authorizer\": {\"handler\": \"allow\"},\n\t\t\"mutators\": [{\"handler\": \"noop\"}]\n\t}\n]"))
            .Answer("GET", "http://a.test/x"));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("- {", "")]
    [InlineData("just text", "is a single value")]
    [InlineData("\0", "NUL")]
    public void Text_that_is_no_rule_file_is_a_fault_under_its_name(string text, string fault) =>
        Assert.All(Loads.Faults(Load(text)), told =>
        {
            Assert.StartsWith("https://rules.test/a", told, StringComparison.Ordinal);
            Assert.Contains(fault, told, StringComparison.Ordinal);
        });

    [Fact]
    public void Empty_list_is_no_rules() => Assert.Empty(Loads.Set(Load("[]")).Rules);

    private static RuleLoad Load(string text) => RuleFileReader.LoadTexts([new RuleText("https://rules.test/a", Encoding.UTF8.GetBytes(text), RuleSourceLimits.None)]);
}
