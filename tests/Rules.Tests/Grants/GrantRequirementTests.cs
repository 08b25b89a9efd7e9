using System.Text;
using AuthProxy.Rules.Grants;

namespace AuthProxy.Rules.Tests.Grants;

public class GrantRequirementTests
{
    private const string A = "lunasec-aaaaaaaa-0000-4000-8000-000000000001";
    private const string B = "lunasec-bbbbbbbb-0000-4000-8000-000000000002";
    private const string C = "lunasec-cccccccc-0000-4000-8000-000000000003";

    [Theory]
    [InlineData("$.ssn", "{'ssn':'A'}", "A")]
    [InlineData("$.ssn", "{'SSN':'A'}", "A")]
    [InlineData("$.ssn", "{'\\u0073sn':'A'}", "A")]
    [InlineData("$.ssn", "{'x':{'ssn':'A'}}", "")]
    [InlineData("$.ssn", "{}", "")]
    [InlineData("$.ssn", "{'ssn':null}", "")]
    [InlineData("$.ssn", "[{'ssn':'A'}]", "")]
    [InlineData("$.a.b", "{'a':{'b':'A'},'b':'B'}", "A")]
    [InlineData("$['a b'][1]", "{'a b':['A','B']}", "B")]
    [InlineData("$[*]", "['A','B',null]", "AB")]
    [InlineData("$[*]", "{'x':'A','y':'B'}", "AB")]
    [InlineData("$.*.t", "[{'t':'A'},{'t':'B'},'x']", "AB")]
    [InlineData("$..t", "{'t':'A','x':[{'t':'B'},{'y':{'t':'C'}}]}", "ABC")]
    [InlineData("$..a..t", "{'t':1,'a':{'t':'A','a':{'x':{'t':'B'}}}}", "AB")]
    [InlineData("$..a.t", "{'a':{'a':{'t':'A'}},'t':'x'}", "A")]
    [InlineData("$..[0]", "[['A'],'x']", "!")]
    [InlineData("$.x..[0]", "{'x':[null,['A','y']]}", "A")]
    [InlineData("$", "'A'", "A")]
    [InlineData("$.t", "{'t':'A','x':{'t':'B'},'y':['C']}", "A")]
    public void Body_selectors_find_their_values(string path, string json, string found) =>
        Assert.Equal(found, Body(json, path));

    [Theory]
    [InlineData("$.ssn_token", "{'\u017fsn_token':'A'}")]
    [InlineData("$.ssn_token", "{'ssn_to\u212aen':'A'}")]
    [InlineData("$.ssn_token", "{'\\u017fSN_TO\\u212aEN':'A'}")]
    [InlineData("$.id", "{'\u0131d':'A'}")]
    [InlineData("$.id", "{'\u0130d':'A'}")]
    [InlineData("$..ssn", "[{'s\u017fn':'A'}]")]
    public void Member_name_in_letters_that_Go_and_Java_fold_to_ASCII_does_not_pass_unverified(string path, string json) =>
        Assert.Equal("A", Body(json, path));

    [Theory]
    [InlineData("$.tokens[0]", "{'tokens':{'0':'A'}}")]
    [InlineData("$..[1]", "{'x':{'1':'A'}}")]
    [InlineData("$.tokens['0']", "{'tokens':['A','x']}")]
    public void Object_that_poses_as_an_array_does_not_pass_unverified(string path, string json) =>
        Assert.Equal("A", Body(json, path));

    [Fact]
    public void Several_selectors_share_one_walk() =>
        Assert.Equal("ABC", Body("{'b':['C'],'a':'A','x':{'y':'B'}}", "$.a", "$.x.y", "$.b[*]", "$..a").Order().Aggregate("", (all, next) => all + next));

    [Theory]
    [InlineData("{'ssn':'123-45-6789'}")]
    [InlineData("{'ssn':''}")]
    [InlineData("{'ssn':1}")]
    [InlineData("{'ssn':true}")]
    [InlineData("{'ssn':['A']}")]
    [InlineData("{'ssn':{}}")]
    [InlineData("{'ssn':' A'}")]
    [InlineData("{'ssn':'AB'}")]
    public void Value_that_is_no_token_is_refused(string json) => Assert.Equal("!", Body(json, "$.ssn"));

    [Theory]
    [InlineData("{'ssn':'A','ssn':'B'}")]
    [InlineData("{'ssn':'A','\\u0073sn':'B'}")]
    [InlineData("{'x':{'y':1,'y':1},'ssn':'A'}")]
    [InlineData("[{'a':1,'a':1}]")]
    public void Duplicate_member_is_refused(string json) => Assert.Equal("?", Body(json, "$.ssn"));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{'ssn':'A'")]
    [InlineData("{'ssn':'A'}}")]
    [InlineData("{'ssn':'A'} {}")]
    [InlineData("{'ssn':'A',}")]
    [InlineData("/*x*/{}")]
    [InlineData("{'ssn':'\\ud800'}")]
    [InlineData("{'\\udc00':1}")]
    public void Body_that_is_no_json_is_refused(string json) => Assert.Equal(json.Length == 0 ? "" : "?", Body(json, "$.ssn"));

    [Fact]
    public void Body_that_is_not_utf8_is_refused()
    {
        Assert.Equal("?", Body([.. "{\"x\":\""u8, 0xff, .. "\"}"u8], "$.ssn"));
        Assert.Equal("?", Body([0xef, 0xbb, 0xbf, .. "{}"u8], "$.ssn"));
        Assert.Equal("?", Body(Encoding.Unicode.GetBytes("{\"ssn\":\"" + A + "\"}"), "$.ssn"));
    }

    [Fact]
    public void Deeply_nested_body_is_refused() => Assert.Equal("?", Body(new string('[', 100_000), "$..ssn"));

    [Fact]
    public void Fault_never_quotes_the_body()
    {
        var fault = Assert.IsType<TokenSelection.Unreadable>(Select("{ in: body, select: $.ssn }", "", [], Encoding.UTF8.GetBytes("{\"secret\": 078-05-1120}")));

        Assert.DoesNotContain("078", fault.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?t=A", "A")]
    [InlineData("?t=A&t=B", "AB")]
    [InlineData("?T=A", "A")]
    [InlineData("?x=1&t=A&y=2", "A")]
    [InlineData("?x=1;t=A", "A")]
    [InlineData("?%74=A", "A")]
    [InlineData("?tt=A", "")]
    [InlineData("", "")]
    [InlineData("?", "")]
    [InlineData("?t", "!")]
    [InlineData("?t=", "!")]
    [InlineData("?t=x", "!")]
    [InlineData("?t=A&t=x", "!")]
    [InlineData("?t=A%20", "!")]
    [InlineData("?t=+A", "!")]
    [InlineData("?t=A%zz", "?")]
    [InlineData("?x=%", "?")]
    [InlineData("?x=%ff", "?")]
    public void Every_occurrence_of_a_query_parameter_is_selected(string query, string found) =>
        Assert.Equal(found, Text(Select("{ in: query, select: t }", query.Replace("A", A, StringComparison.Ordinal).Replace("B", B, StringComparison.Ordinal), [], [])));

    [Fact]
    public void Query_name_in_letters_that_Go_folds_to_ASCII_does_not_pass_unverified() =>
        Assert.Equal("A", Text(Select("{ in: query, select: ssn_token }", "?%C5%BFsn_to%E2%84%AAen=" + A, [], [])));

    [Fact]
    public void Percent_encoded_token_in_the_query_is_decoded() =>
        Assert.Equal("A", Text(Select("{ in: query, select: t }", "?t=" + string.Concat(A.Select(character => $"%{(int)character:X2}")), [], [])));

    [Theory]
    [InlineData("A", "A")]
    [InlineData(" A\t", "A")]
    [InlineData("A|B", "AB")]
    [InlineData("A,B", "!")]
    [InlineData("", "!")]
    [InlineData("Bearer A", "!")]
    public void Every_value_of_a_header_is_selected(string values, string found) =>
        Assert.Equal(found, Text(Select("{ in: header, select: X-Token }", "", Expand(values).Split('|'), [])));

    [Fact]
    public void Absent_header_holds_no_token() => Assert.Equal("", Text(Select("{ in: header, select: X-Token }", "", [], [])));

    [Theory]
    [InlineData("A", "A")]
    [InlineData("%6Cunasec-aaaaaaaa-0000-4000-8000-000000000001", "A")]
    [InlineData("x", "!")]
    public void Path_capture_is_selected(string segment, string found) =>
        Assert.Equal(found, Text(Select("{ in: path, select: token }", "", [], [], "/tokens/" + Expand(segment))));

    [Fact]
    public void Token_found_twice_is_verified_once() =>
        Assert.Equal("A", Text(Select("{ in: query, select: t }, { in: body, select: $.t }", "?t=" + A, [], Encoding.UTF8.GetBytes($$"""{"t":"{{A}}"}"""))));

    [Fact]
    public void Requirement_without_a_readable_selector_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => new GrantRequirement([new TokenSelector { In = TokenPlace.Body, Select = "ssn" }]));
        Assert.ThrowsAny<ArgumentException>(() => new GrantRequirement([]));
        Assert.True(new GrantRequirement([new TokenSelector { In = TokenPlace.Body, Select = "$.ssn" }]).NeedsBody);
    }

    [Fact]
    public void Body_is_needed_only_where_a_selector_looks_into_it()
    {
        Assert.True(Grants("{ in: body, select: $.t }").Grants!.NeedsBody);
        Assert.False(Grants("{ in: query, select: t }").Grants!.NeedsBody);
    }

    private static string Body(string json, params string[] paths) =>
        Body(Encoding.UTF8.GetBytes(Expand(json.Replace('\'', '"'))), paths);

    private static string Body(byte[] json, params string[] paths) =>
        Text(Select(string.Join(", ", paths.Select(path => $"{{ in: body, select: \"{path.Replace("\"", "\\\"", StringComparison.Ordinal)}\" }}")), "", [], json));

    /// <summary>Writes each lone capital as the token that it stands for.</summary>
    private static string Expand(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "(?<![A-Za-z])[ABC](?![a-z])", match => match.Value switch { "A" => A, "B" => B, _ => C });

    private static Rule Grants(string selectors) =>
        Loads.OurSet($"- {{ id: r, match: {{ path: \"/tokens/{{token}}\" }}, grants: {{ verify: [ {selectors} ] }} }}").Rules[0];

    private static TokenSelection Select(string selectors, string query, string[] headers, byte[] body, string path = "/tokens/x")
    {
        var rule = Grants(selectors);
        var facts = Requests.Facts("GET", "https://a.test" + path);
        return rule.Grants!.Select(new RuleLookup.One(rule).Captures(facts), query, name => name == "X-Token" ? headers : [], body);
    }

    private static string Text(TokenSelection selection) => selection switch
    {
        TokenSelection.Selected selected => string.Concat(selected.Tokens.Select(token => token switch { A => "A", B => "B", C => "C", _ => "x" })),
        TokenSelection.NotAToken => "!",
        _ => "?",
    };
}
