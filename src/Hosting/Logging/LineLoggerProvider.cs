using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Logging;

/// <summary>Writes lines on a thread of its own, so that a slow reader of standard output slows requests only once the queue is full.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private const int QueuedLines = 8192;
    private readonly BlockingCollection<byte[]> _lines = new(QueuedLines);
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly LogFormat _format;
    private readonly Thread _writer;

    public LineLoggerProvider(Stream output, LogFormat format, TimeProvider time)
    {
        (_output, _format, _time) = (output, format, time);
        _writer = new Thread(WriteLines) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(this, name));

    public void Dispose()
    {
        if (!_lines.IsAddingCompleted)
        {
            _lines.CompleteAdding();
            _writer.Join(TimeSpan.FromSeconds(5));
        }
    }

    private void Log(string category, LogLevel level, EventId id, string message, object? state, Exception? exception)
    {
        var line = new ArrayBufferWriter<byte>(512);
        if (_format == LogFormat.Json)
        {
            LogLine.WriteJson(line, _time.GetUtcNow(), level, category, id, message, state, exception);
        }
        else
        {
            LogLine.WriteText(line, _time.GetUtcNow(), level, message, exception);
        }

        try
        {
            _lines.Add(line.WrittenSpan.ToArray());
        }
        catch (InvalidOperationException)
        {
            // The process is ending; there is nobody left to tell.
        }
    }

    private void WriteLines()
    {
        try
        {
            foreach (var line in _lines.GetConsumingEnumerable())
            {
                _output.Write(line);
                if (_lines.Count == 0)
                {
                    _output.Flush();
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // Standard output is closed. Requests go on; lines from now on are dropped instead of filling the queue.
            foreach (var _ in _lines.GetConsumingEnumerable())
            {
            }
        }
    }

    private sealed class LineLogger(LineLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Log(category, logLevel, eventId, formatter(state, exception), state, exception);
    }
}
