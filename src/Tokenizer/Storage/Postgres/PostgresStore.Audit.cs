using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // The holder's own chain is waited for: a statement that nobody listens to any more may still be adding lines to it. A free one that
    // somebody else is taking is passed over.
    private const string Claim =
        """
        WITH mine AS (SELECT chain FROM audit_chains WHERE holder = @holder ORDER BY chain LIMIT 1 FOR UPDATE),
        free AS (
            SELECT chain FROM audit_chains WHERE held_until < @now AND NOT EXISTS (SELECT FROM mine)
            ORDER BY chain LIMIT 1 FOR UPDATE SKIP LOCKED),
        taken AS (
            UPDATE audit_chains SET holder = @holder, held_until = @until FROM (SELECT chain FROM mine UNION ALL SELECT chain FROM free) AS found
            WHERE audit_chains.chain = found.chain
            RETURNING audit_chains.chain, audit_chains.sequence, audit_chains.head),
        begun AS (
            INSERT INTO audit_chains (chain, sequence, head, holder, held_until)
            SELECT @unused, 0, @none, @holder, @until WHERE NOT EXISTS (SELECT FROM taken)
            RETURNING chain, sequence, head)
        SELECT chain AS Chain, sequence AS Sequence, head AS Head FROM taken UNION ALL SELECT chain, sequence, head FROM begun
        """;

    private const string Append =
        """
        WITH moved AS (
            UPDATE audit_chains SET sequence = @sequence + @count, head = @newHead, held_until = @until
            WHERE chain = @chain AND holder = @holder AND sequence = @sequence AND head = @head
            RETURNING chain)
        INSERT INTO audit_lines (chain, sequence, line)
        SELECT moved.chain, @sequence + added.place, added.line FROM moved, unnest(@lines) WITH ORDINALITY AS added (line, place)
        """;

    private const string SelectCheckpoints = "SELECT number AS Number, made_at AS MadeAt, text AS Text FROM audit_checkpoints";

    public Task<AuditChain> ClaimChainAsync(byte[] holder, byte[] unused, long now, long until, CancellationToken cancellation) => WriteAsync(
        async connection => (await connection.QuerySingleAsync<AuditChainRow>(
            Claim, With(("holder", holder), ("unused", unused), ("now", now), ("until", until), ("none", new byte[32])))).ToChain(),
        Repeating.IsHarmless,
        cancellation);

    // Where the first time counted, the second changes nothing and says no; whoever is told so looks where the chain ends.
    public Task<bool> AppendLinesAsync(
        byte[] holder, AuditChain from, IReadOnlyList<byte[]> lines, byte[] newHead, long until, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.ExecuteAsync(Append, With(
            ("holder", holder), ("chain", from.Id), ("sequence", from.Sequence), ("head", from.Head), ("count", lines.Count), ("newHead", newHead),
            ("until", until), ("lines", lines.ToArray()))) == lines.Count,
        Repeating.IsHarmless,
        cancellation);

    public async Task ReleaseChainAsync(byte[] holder, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync("UPDATE audit_chains SET holder = NULL, held_until = 0 WHERE holder = @holder", With(("holder", holder))),
        Repeating.IsHarmless,
        cancellation);

    public async ValueTask<IReadOnlyList<AuditChain>> ReadChainsAsync(CancellationToken cancellation) =>
        [.. (await ReadAsync(
            connection => connection.QueryAsync<AuditChainRow>("SELECT chain AS Chain, sequence AS Sequence, head AS Head FROM audit_chains ORDER BY chain"),
            cancellation)).Select(row => row.ToChain())];

    public async ValueTask<IReadOnlyList<AuditRow>> ReadLinesAsync(byte[] chain, long after, int limit, CancellationToken cancellation) =>
        [.. (await ReadAsync(
            connection => connection.QueryAsync<AuditLineRow>(
                "SELECT sequence AS Sequence, line AS Line FROM audit_lines WHERE chain = @chain AND sequence > @after ORDER BY sequence LIMIT @limit",
                With(("chain", chain), ("after", after), ("limit", limit))),
            cancellation)).Select(row => row.ToRow())];

    public Task<int> RemoveLinesAsync(byte[] chain, long upTo, int limit, CancellationToken cancellation) => WriteAsync(
        connection => connection.ExecuteAsync(
            """
            DELETE FROM audit_lines WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM audit_lines WHERE chain = @chain AND sequence <= @upTo ORDER BY sequence LIMIT @limit FOR UPDATE SKIP LOCKED))
            """,
            With(("chain", chain), ("upTo", upTo), ("limit", limit))),
        Repeating.IsHarmless,
        cancellation);

    // Not again where its end is unknown: it would be taken for another replica's.
    public Task<bool> AddCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.ExecuteAsync(
            "INSERT INTO audit_checkpoints (number, made_at, text, shipped) VALUES (@number, @madeAt, @text, false) ON CONFLICT (number) DO NOTHING",
            With(("number", checkpoint.Number), ("madeAt", checkpoint.MadeAt), ("text", checkpoint.Text))) == 1,
        Repeating.IsWrong,
        cancellation);

    public async ValueTask<StoredCheckpoint?> FindCheckpointAsync(long madeUntil, CancellationToken cancellation) =>
        (await ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<CheckpointRow>(
                $"{SelectCheckpoints} WHERE made_at <= @madeUntil ORDER BY number DESC LIMIT 1", With(("madeUntil", madeUntil))),
            cancellation))?.ToCheckpoint();

    public ValueTask<IReadOnlyList<StoredCheckpoint>> ReadCheckpointsAsync(long after, int limit, CancellationToken cancellation) =>
        ReadCheckpointsAsync($"{SelectCheckpoints} WHERE number > @after ORDER BY number LIMIT @limit", With(("after", after), ("limit", limit)), cancellation);

    public ValueTask<long> CountUnshippedAsync(CancellationToken cancellation) => ReadAsync(
        connection => connection.QuerySingleAsync<long>("SELECT COUNT(*) FROM audit_checkpoints WHERE NOT shipped"), cancellation);

    public async ValueTask<IReadOnlyList<StoredCheckpoint>> ReadUnshippedAsync(int limit, CancellationToken cancellation) =>
        [.. (await ReadCheckpointsAsync($"{SelectCheckpoints} WHERE NOT shipped ORDER BY number DESC LIMIT @limit", With(("limit", limit)), cancellation)).Reverse()];

    public async Task MarkShippedAsync(long number, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync("UPDATE audit_checkpoints SET shipped = true WHERE NOT shipped AND number <= @number", With(("number", number))),
        Repeating.IsHarmless,
        cancellation);

    public Task<int> RemoveCheckpointsAsync(long before, int limit, CancellationToken cancellation) => WriteAsync(
        connection => connection.ExecuteAsync(
            """
            DELETE FROM audit_checkpoints WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM audit_checkpoints WHERE number < @before ORDER BY number LIMIT @limit FOR UPDATE SKIP LOCKED))
            """,
            With(("before", before), ("limit", limit))),
        Repeating.IsHarmless,
        cancellation);

    private async ValueTask<IReadOnlyList<StoredCheckpoint>> ReadCheckpointsAsync(string sql, DynamicParameters parameters, CancellationToken cancellation) =>
        [.. (await ReadAsync(connection => connection.QueryAsync<CheckpointRow>(sql, parameters), cancellation)).Select(row => row.ToCheckpoint())];
}
