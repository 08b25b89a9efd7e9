using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    private const string ChainColumns = "chain AS Chain, sequence AS Sequence, head AS Head";
    private const string CheckpointColumns = "number AS Number, made_at AS MadeAt, text AS Text";

    public Task<AuditChain> ClaimChainAsync(byte[] holder, byte[] unused, long now, long until, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var given = With(("holder", holder), ("unused", unused), ("now", now), ("until", until), ("none", new byte[32]));
            connection.Execute(
                """
                INSERT INTO audit_chains (chain, sequence, head, holder, held_until)
                SELECT @unused, 0, @none, @holder, @until WHERE NOT EXISTS (SELECT 1 FROM audit_chains WHERE holder = @holder OR held_until < @now)
                """,
                given);
            connection.Execute(
                """
                UPDATE audit_chains SET holder = @holder, held_until = @until
                WHERE chain = (SELECT chain FROM audit_chains WHERE holder = @holder OR held_until < @now ORDER BY holder = @holder DESC, chain LIMIT 1)
                """,
                given);
            return connection.QuerySingle<AuditChainRow>($"SELECT {ChainColumns} FROM audit_chains WHERE holder = @holder", given).ToChain();
        },
        cancellation);

    public Task<bool> AppendLinesAsync(
        byte[] holder, AuditChain from, IReadOnlyList<byte[]> lines, byte[] newHead, long until, CancellationToken cancellation) =>
        WriteAsync(connection => Append(connection, holder, from, lines, newHead, until), cancellation);

    public async Task ReleaseChainAsync(byte[] holder, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute("UPDATE audit_chains SET holder = NULL, held_until = 0 WHERE holder = @holder", With(("holder", holder))), cancellation);

    public ValueTask<IReadOnlyList<AuditChain>> ReadChainsAsync(CancellationToken cancellation) => ValueTask.FromResult(Read<IReadOnlyList<AuditChain>>(
        connection => [.. connection.Query<AuditChainRow>($"SELECT {ChainColumns} FROM audit_chains ORDER BY chain").Select(row => row.ToChain())]));

    public ValueTask<IReadOnlyList<AuditRow>> ReadLinesAsync(byte[] chain, long after, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult(Read<IReadOnlyList<AuditRow>>(connection =>
        [
            .. connection.Query<AuditLineRow>(
                "SELECT sequence AS Sequence, line AS Line FROM audit_lines WHERE chain = @chain AND sequence > @after ORDER BY sequence LIMIT @limit",
                With(("chain", chain), ("after", after), ("limit", limit))).Select(row => row.ToRow()),
        ]));

    public Task<int> RemoveLinesAsync(byte[] chain, long upTo, int limit, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            """
            DELETE FROM audit_lines WHERE chain = @chain AND sequence IN
                (SELECT sequence FROM audit_lines WHERE chain = @chain AND sequence <= @upTo ORDER BY sequence LIMIT @limit)
            """,
            With(("chain", chain), ("upTo", upTo), ("limit", limit))),
        cancellation);

    public Task<bool> AddCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            "INSERT OR IGNORE INTO audit_checkpoints (number, made_at, text, shipped) VALUES (@number, @madeAt, @text, 0)",
            With(("number", checkpoint.Number), ("madeAt", checkpoint.MadeAt), ("text", checkpoint.Text))) == 1,
        cancellation);

    public ValueTask<StoredCheckpoint?> FindCheckpointAsync(long madeUntil, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.QueryFirstOrDefault<CheckpointRow>(
            $"SELECT {CheckpointColumns} FROM audit_checkpoints WHERE made_at <= @madeUntil ORDER BY number DESC LIMIT 1",
            With(("madeUntil", madeUntil)))?.ToCheckpoint()));

    public ValueTask<IReadOnlyList<StoredCheckpoint>> ReadCheckpointsAsync(long after, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult(Read<IReadOnlyList<StoredCheckpoint>>(connection =>
        [
            .. connection.Query<CheckpointRow>(
                $"SELECT {CheckpointColumns} FROM audit_checkpoints WHERE number > @after ORDER BY number LIMIT @limit",
                With(("after", after), ("limit", limit))).Select(row => row.ToCheckpoint()),
        ]));

    public ValueTask<long> CountUnshippedAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM audit_checkpoints WHERE shipped = 0")));

    public ValueTask<IReadOnlyList<StoredCheckpoint>> ReadUnshippedAsync(int limit, CancellationToken cancellation) =>
        ValueTask.FromResult(Read<IReadOnlyList<StoredCheckpoint>>(connection =>
        [
            .. connection.Query<CheckpointRow>(
                $"SELECT {CheckpointColumns} FROM audit_checkpoints WHERE shipped = 0 ORDER BY number DESC LIMIT @limit",
                With(("limit", limit))).Reverse().Select(row => row.ToCheckpoint()),
        ]));

    public async Task MarkShippedAsync(long number, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute("UPDATE audit_checkpoints SET shipped = 1 WHERE shipped = 0 AND number <= @number", With(("number", number))), cancellation);

    public Task<int> RemoveCheckpointsAsync(long before, int limit, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            """
            DELETE FROM audit_checkpoints WHERE number IN
                (SELECT number FROM audit_checkpoints WHERE number < @before ORDER BY number LIMIT @limit)
            """,
            With(("before", before), ("limit", limit))),
        cancellation);

    private static bool Append(SqliteConnection connection, byte[] holder, AuditChain from, IReadOnlyList<byte[]> lines, byte[] newHead, long until)
    {
        var isAtHead = connection.Execute(
            """
            UPDATE audit_chains SET sequence = @sequence + @count, head = @newHead, held_until = @until
            WHERE chain = @chain AND holder = @holder AND sequence = @sequence AND head = @head
            """,
            With(
                ("chain", from.Id), ("holder", holder), ("sequence", from.Sequence), ("head", from.Head),
                ("count", lines.Count), ("newHead", newHead), ("until", until))) == 1;
        if (!isAtHead)
        {
            return false;
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO audit_lines (chain, sequence, line) VALUES (@chain, @sequence, @line)";
        insert.Parameters.AddWithValue("@chain", from.Id);
        var sequence = insert.Parameters.Add("@sequence", SqliteType.Integer);
        var line = insert.Parameters.Add("@line", SqliteType.Blob);
        for (var i = 0; i < lines.Count; i++)
        {
            (sequence.Value, line.Value) = (from.Sequence + 1 + i, lines[i]);
            insert.ExecuteNonQuery();
        }

        return true;
    }
}
