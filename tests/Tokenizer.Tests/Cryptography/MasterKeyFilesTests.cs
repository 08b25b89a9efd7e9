using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;

namespace AuthProxy.Tokenizer.Tests.Cryptography;

public sealed class MasterKeyFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_generated_key_is_read_again()
    {
        var made = MasterKeyFiles.Generate(_folder.File("keys"));

        Assert.Equal(made.CheckValue(), Assert.Single(MasterKeyFiles.Read(_folder.File("keys"))).CheckValue());
    }

    [Fact]
    public void Nobody_else_may_read_a_generated_key()
    {
        MasterKeyFiles.Generate(_folder.File("keys"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("keys/master-1.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("keys")));
    }

    [Fact]
    public void A_key_that_is_there_is_never_replaced()
    {
        MasterKeyFiles.Generate(_folder.File("keys"));

        Assert.Throws<IOException>(() => MasterKeyFiles.Generate(_folder.File("keys")));
    }

    [Theory]
    [InlineData("master-1.key", "short"), InlineData("master-1.key", ""), InlineData("master-x.key", "AAAA"), InlineData("master-0.key", "AAAA")]
    public void A_file_that_is_no_key_is_named(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);

        Assert.Contains(name, Assert.Throws<MasterKeysUnreadableException>(() => MasterKeyFiles.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_for_a_key_is_named_and_not_read_to_its_end()
    {
        File.WriteAllText(_folder.File("master-1.key"), new string('A', SmallFile.MaximumBytes + 1));

        Assert.Contains("master-1.key", Assert.Throws<FileTooLargeException>(() => MasterKeyFiles.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_folder_there_are_no_keys() => Assert.Empty(MasterKeyFiles.Read(_folder.File("nowhere")));
}
