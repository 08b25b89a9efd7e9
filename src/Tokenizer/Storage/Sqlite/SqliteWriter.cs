using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>
/// The only connection that writes. SQLite lets one writer in at a time anyway; a queue in front of it makes the others wait without
/// spinning, and lets jobs that wait together share one commit, and so one fsync.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueLength = 1024;
    private const int SharedCommit = 64;

    private readonly Channel<IJob> _jobs = Channel.CreateBounded<IJob>(QueueLength);
    private readonly SqliteConnection _connection;
    private readonly Thread _thread;

    public SqliteWriter(SqliteConnection open)
    {
        _connection = open;

        // Microsoft.Data.Sqlite blocks while it works, also in its async methods: that belongs on a thread of its own.
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
    }

    /// <summary>Runs the work in a transaction; completes when that is on the disk.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _jobs.Writer.WriteAsync(new Job<T>(work, done, cancellation), cancellation);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("the database is being closed", closed);
        }

        return await done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await Task.Run(_thread.Join);
        await _connection.DisposeAsync();
    }

    private void Run()
    {
        var batch = new List<IJob>(SharedCommit);
        while (WaitForJobs())
        {
            while (batch.Count < SharedCommit && _jobs.Reader.TryRead(out var job))
            {
                batch.Add(job);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    private bool WaitForJobs() => _jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void Commit(List<IJob> batch)
    {
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (var job in batch)
            {
                RunOne(job);
            }

            _connection.Execute("COMMIT");
            batch.ForEach(job => job.Succeed());
        }
        catch (Exception fault)
        {
            RollBack();
            var unavailable = new StoreUnavailableException($"the database refused a change: {fault.Message}", fault);
            batch.ForEach(job => job.Fail(unavailable));
        }
    }

    // A job that fails takes back its own changes, not those of the jobs that happen to share its commit.
    private void RunOne(IJob job)
    {
        if (job.IsCancelled)
        {
            return;
        }

        _connection.Execute("SAVEPOINT job");
        try
        {
            job.Run(_connection);
            _connection.Execute("RELEASE job");
        }
        catch (Exception fault) when (fault is not SqliteException { SqliteErrorCode: 10 or 11 or 13 or 26 })
        {
            _connection.Execute("ROLLBACK TO job");
            _connection.Execute("RELEASE job");
            job.Fail(fault is SqliteException ? new StoreUnavailableException($"the database refused a change: {fault.Message}", fault) : fault);
        }
    }

    private void RollBack()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    private interface IJob
    {
        bool IsCancelled { get; }

        void Run(SqliteConnection connection);

        void Succeed();

        void Fail(Exception fault);
    }

    private sealed class Job<T>(Func<SqliteConnection, T> work, TaskCompletionSource<T> done, CancellationToken cancellation) : IJob
    {
        private T? _result;

        // Only before it starts: a change that was begun is told to its caller, who may have to undo something.
        public bool IsCancelled => cancellation.IsCancellationRequested && done.TrySetCanceled(cancellation);

        public void Run(SqliteConnection connection) => _result = work(connection);

        public void Succeed() => done.TrySetResult(_result!);

        public void Fail(Exception fault) => done.TrySetException(fault);
    }
}
