using System.Text;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Shipping;

/// <summary>Appends each checkpoint as a line of its own and returns when the disk has it.</summary>
internal sealed class FileSink(string path) : ICheckpointSink
{
    public async Task ShipAsync(StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            });

            // A crash may have left half a line: the new one does not become a part of it.
            var start = EndsInLine(file) ? "" : "\n";
            file.Seek(0, SeekOrigin.End);
            await file.WriteAsync(Encoding.ASCII.GetBytes(start + checkpoint.Text + "\n"), cancellation);
            file.Flush(flushToDisk: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointNotShippedException(fault.Message, fault);
        }
    }

    private static bool EndsInLine(FileStream file)
    {
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
