using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public sealed class SecretTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authproxy-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("s3cret", "s3cret"), InlineData("s3cret\n", "s3cret"), InlineData("s3cret\r\n", "s3cret"), InlineData("s3cret\n\n", "s3cret\n"), InlineData(" s ", " s ")]
    public void File_is_read_without_one_line_ending(string content, string value)
    {
        var (settings, faults) = SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {Write(content)}");

        Assert.Empty(faults);
        Assert.Equal(value, settings!.Password!.Reveal());
        Assert.NotNull(settings.Password.File);
    }

    [Fact]
    public void Secret_is_never_shown_by_accident() => Assert.Equal("[secret]", $"{Secret.FromText("hunter2")}");

    [Fact]
    public void Both_forms_at_once_are_a_fault() =>
        Assert.Equal(["c.yaml:3: password_file is given together with password; keep one of them"],
            SampleSettings.Read($"trusted_issuers: [a]\npassword: x\npassword_file: {Write("y")}").Faults);

    [Fact]
    public void Environment_wins_in_whichever_form_it_speaks()
    {
        var file = Write("from file");

        Assert.Equal("from file", SampleSettings.Read("trusted_issuers: [a]\npassword: x", ("AUTHPROXY__PASSWORD_FILE", file)).Settings!.Password!.Reveal());
        Assert.Equal("env", SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {file}", ("AUTHPROXY__PASSWORD", "env")).Settings!.Password!.Reveal());
    }

    [Fact]
    public void Missing_and_empty_files_are_faults()
    {
        Assert.Contains("password_file is no-such-file, which does not exist", Assert.Single(SampleSettings.Read("trusted_issuers: [a]\npassword_file: no-such-file").Faults), StringComparison.Ordinal);
        Assert.Contains("which is empty", Assert.Single(SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {Write("\n")}").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_larger_than_any_is_a_fault_that_names_key_and_file_and_shows_nothing_of_it()
    {
        var text = new string('x', SmallFile.MaximumBytes + 1);
        var file = Write(text);

        Assert.Equal($"c.yaml:2: password_file is {file}, which {FileTooLargeException.Why}", Assert.Single(SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {file}").Faults));
        Assert.Equal("c.yaml:2: password is longer than a secret may be (1MiB)", Assert.Single(SampleSettings.Read($"trusted_issuers: [a]\npassword: {text}").Faults));
        Assert.Equal(
            "environment variable AUTHPROXY__PASSWORD: password is longer than a secret may be (1MiB)",
            Assert.Single(SampleSettings.Read("trusted_issuers: [a]", ("AUTHPROXY__PASSWORD", text)).Faults));
        Assert.Empty(SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {Write(text[1..])}").Faults);
    }

    [Fact]
    public void Memory_exhaustion_a_device_without_an_end_is_read_to_the_limit_only()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Throws<FileTooLargeException>(() => SmallFile.ReadBytes("/dev/zero"));
            Assert.False(Secret.TryReadFile("/dev/zero", out _, out _));
        }
    }

    [Fact]
    public void File_that_everybody_may_write_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = Write("x");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        Assert.Contains("may be written by every user", Assert.Single(SampleSettings.Read($"trusted_issuers: [a]\npassword_file: {file}").Faults), StringComparison.Ordinal);
    }

    private string Write(string content)
    {
        var path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(path, content);
        return path;
    }
}
