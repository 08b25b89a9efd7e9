namespace AuthProxy.Sdk.Tests.Tokens;

public class TokenShapeTests
{
    [Fact]
    public void Marked_texts_lists_and_what_hides_deep_in_maps_are_found_with_their_durations()
    {
        var account = new Account("Alice", "ssn", new Card
        {
            Number = "number",
            Notes = ["note 1", "note 2"],
            Holders = new() { ["bob"] = new Account("Bob", "ssn of bob") },
        });

        Assert.Equal([("ssn", 0), ("number", 90), ("note 1", 0), ("note 2", 0), ("ssn of bob", 0)], Find(account));
    }

    [Fact]
    public void Mark_on_the_parameter_of_a_record_counts_like_one_on_its_property() =>
        Assert.Equal([("ssn", 0)], Find(new Account("Alice", "ssn")));

    [Fact]
    public void Null_is_no_token_and_the_empty_text_is_found_to_be_refused() =>
        Assert.Equal([("", 0)], Find(new[] { new Account("Alice", null), new Account("Bob", "") }));

    [Fact]
    public void Declared_type_hides_nothing_that_the_value_has() =>
        Assert.Equal([("ssn", 0)], Find(new { Anything = (object)new Account("Alice", "ssn") }));

    [Fact]
    public void Circle_ends()
    {
        var ring = new Ring { Token = "one" };
        ring.Next = new Ring { Token = "two", Next = ring };

        Assert.Equal([("two", 0), ("one", 0)], Find(ring));
    }

    [Fact]
    public void Chain_as_deep_as_nobody_writes_is_an_error_and_no_crash()
    {
        var chain = new Ring();
        for (var depth = 0; depth < 100_000; depth++)
        {
            chain = new Ring { Next = chain };
        }

        Assert.Throws<InvalidOperationException>(() => Find(chain));
    }

    [Fact]
    public void Harvest_of_tokens_is_refused() =>
        Assert.Equal(
            TokenizerException.TokensTooMany,
            Assert.Throws<TokenizerException>(() => Find(new Card { Notes = [.. Enumerable.Range(0, FoundTokens.Most + 1).Select(number => $"{number}")] })).Name);

    [Fact]
    public void Sequence_that_could_hold_other_tokens_when_it_is_written_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => Find(Enumerable.Range(0, 2).Select(number => new Account("Alice", $"{number}"))));
        Assert.Throws<InvalidOperationException>(() => Find(LaterAsync()));
    }

    [Fact]
    public void Sequence_that_can_hold_no_token_is_let_through() => Assert.Empty(Find(Enumerable.Range(0, 2).Select(number => $"{number}")));

    [Fact]
    public void Mark_on_something_that_is_no_text_is_an_error() =>
        Assert.Contains("Wrong.Number", Assert.Throws<InvalidOperationException>(() => Find(new Wrong(7))).Message, StringComparison.Ordinal);

    private static IReadOnlyList<(string, int)> Find(object value)
    {
        var found = new FoundTokens();
        TokenShape.Find(value, found);
        return found.All;
    }

    private static async IAsyncEnumerable<Account> LaterAsync()
    {
        await Task.Yield();
        yield return new Account("Alice", "ssn");
    }

    private sealed record Wrong([Token] int Number);
}
