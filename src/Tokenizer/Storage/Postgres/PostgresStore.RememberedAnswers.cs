using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // The row is locked by whoever comes first, and everybody else sees what became of it. A repeated statement finds its own attempt.
    private const string ClaimAnswer =
        """
        INSERT INTO remembered_answers (request, content, attempt, until) VALUES (@request, @content, @attempt, @patience)
        ON CONFLICT (request) DO UPDATE
            SET content = excluded.content, attempt = excluded.attempt, until = excluded.until, answer = NULL
            WHERE remembered_answers.until <= @now OR remembered_answers.attempt = @attempt
        """;

    public Task<AnswerClaim> ClaimAnswerAsync(byte[] request, byte[] content, byte[] attempt, long patience, long now, CancellationToken cancellation) =>
        WriteAsync<AnswerClaim>(
            async connection =>
            {
                var given = With(("request", request), ("content", content), ("attempt", attempt), ("patience", patience), ("now", now));
                if (await connection.ExecuteAsync(ClaimAnswer, given) == 1)
                {
                    return new AnswerClaim.Yours();
                }

                // Whoever had it may have let go of it since: then the client's next try finds it free.
                return await connection.QuerySingleOrDefaultAsync<AnswerRow>(
                    "SELECT content AS Content, answer AS Answer FROM remembered_answers WHERE request = @request", With(("request", request))) is { } row
                    ? AnswerClaim.Of(content, row.Content, row.Answer)
                    : new AnswerClaim.UnderWay();
            },
            Repeating.IsHarmless,
            cancellation);

    public async Task RememberAnswerAsync(byte[] request, byte[] attempt, byte[] answer, long until, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync(
            "UPDATE remembered_answers SET answer = @answer, until = @until WHERE request = @request AND attempt = @attempt",
            With(("request", request), ("attempt", attempt), ("answer", answer), ("until", until))),
        Repeating.IsHarmless,
        cancellation);

    public async Task ForgetAnswerAsync(byte[] request, byte[] attempt, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync(
            "DELETE FROM remembered_answers WHERE request = @request AND attempt = @attempt", With(("request", request), ("attempt", attempt))),
        Repeating.IsHarmless,
        cancellation);
}
