using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<AnswerClaim> ClaimAnswerAsync(byte[] request, byte[] content, byte[] attempt, long patience, long now, CancellationToken cancellation) =>
        WriteAsync<AnswerClaim>(
            connection =>
            {
                var given = With(("request", request), ("content", content), ("attempt", attempt), ("patience", patience), ("now", now));
                var isTaken = connection.Execute(
                    """
                    INSERT INTO remembered_answers (request, content, attempt, until) VALUES (@request, @content, @attempt, @patience)
                    ON CONFLICT (request) DO UPDATE
                        SET content = excluded.content, attempt = excluded.attempt, until = excluded.until, answer = NULL WHERE until <= @now
                    """,
                    given) == 1;
                if (isTaken)
                {
                    return new AnswerClaim.Yours();
                }

                var row = connection.QuerySingle<AnswerRow>("SELECT content AS Content, answer AS Answer FROM remembered_answers WHERE request = @request", given);
                return AnswerClaim.Of(content, row.Content, row.Answer);
            },
            cancellation);

    public async Task RememberAnswerAsync(byte[] request, byte[] attempt, byte[] answer, long until, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute(
            "UPDATE remembered_answers SET answer = @answer, until = @until WHERE request = @request AND attempt = @attempt",
            With(("request", request), ("attempt", attempt), ("answer", answer), ("until", until))),
        cancellation);

    public async Task ForgetAnswerAsync(byte[] request, byte[] attempt, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute(
            "DELETE FROM remembered_answers WHERE request = @request AND attempt = @attempt", With(("request", request), ("attempt", attempt))),
        cancellation);
}
