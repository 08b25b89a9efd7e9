using AuthProxy.Tokenizer.Audit.Shipping;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Audit.Shipping;

public sealed class FileSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Path => _folder.File("checkpoints.jws");

    [Fact]
    public async Task Each_checkpoint_is_a_line()
    {
        await ShipAsync("first", "second");

        Assert.Equal("first\nsecond\n", await File.ReadAllTextAsync(Path));
        Assert.False(File.GetUnixFileMode(Path).HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Half_a_line_of_a_crash_does_not_swallow_the_next_checkpoint()
    {
        await File.WriteAllTextAsync(Path, "first\nsec");
        await ShipAsync("second");

        Assert.Equal("first\nsec\nsecond\n", await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task File_that_cannot_be_written_is_told() =>
        await Assert.ThrowsAsync<CheckpointNotShippedException>(() =>
            new FileSink(_folder.File("nowhere/checkpoints.jws")).ShipAsync(new StoredCheckpoint(1, 0, "first"), default));

    private async Task ShipAsync(params string[] texts)
    {
        foreach (var text in texts)
        {
            await new FileSink(Path).ShipAsync(new StoredCheckpoint(1, 0, text), default);
        }
    }
}
