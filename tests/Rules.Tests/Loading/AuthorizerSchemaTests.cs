namespace AuthProxy.Rules.Tests.Loading;

public class AuthorizerSchemaTests
{
    [Theory]
    [InlineData("[a, b]", "a, b")]
    [InlineData("[ { any_of: [a, { not: b }] }, { all_of: [ { handler: c, config: { x: 1 } } ] } ]", "any_of(a, not(b)), all_of(c)")]
    [InlineData("[ { not: { any_of: [a, { all_of: [b, { not: c }] }] } } ]", "not(any_of(a, all_of(b, not(c))))")]
    public void Combination_is_read_as_it_is_written(string written, string read) =>
        Assert.Equal(read, string.Join(", ", Authorizers(written)));

    [Fact]
    public void Every_handler_knows_where_it_was_written_however_deep()
    {
        var handlers = Authorizers("[ { any_of: [a, { not: { handler: b, config: { x: 1 } } }] } ]").Single().Handlers.ToList();

        Assert.Equal(["rule 'r': authorizers[0].any_of[0]", "rule 'r': authorizers[0].any_of[1].not"], handlers.Select(use => use.Key));
        Assert.NotNull(handlers[1].Config);
    }

    [Theory]
    [InlineData(8, true), InlineData(9, false), InlineData(30, false)]
    public void Nesting_has_an_end(int depth, bool loads)
    {
        var load = Loads.Ours($"- {{ id: r, match: {{ path: / }}, authorizers: [ {string.Concat(Enumerable.Repeat("{ not: ", depth))}a{string.Concat(Enumerable.Repeat(" }", depth))} ] }}");

        Assert.Equal(loads, load.Set is not null);
        Assert.Equal(loads ? 0 : 1, load.Faults.Count);
        Assert.All(load.Faults, fault => Assert.Contains("nests authorizers deeper than 8", fault.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Oathkeepers_authorizer_is_one_and_cannot_be_combined()
    {
        var load = Rules.Loading.RuleFileReader.LoadText(
            "- {id: r, match: {url: 'http://a.test/x', methods: [GET]}, authenticators: [{handler: noop}], authorizer: {any_of: [{handler: allow}]}, mutators: [{handler: noop}]}", "rules.yaml");

        Assert.Contains("authorizer.handler is missing", Assert.Single(Loads.Faults(load)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<AuthorizerUse> Authorizers(string written) => Loads.OurSet($"- {{ id: r, match: {{ path: / }}, authorizers: {written} }}").Rules[0].Authorizers;
}
