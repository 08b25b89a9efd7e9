using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Sealing;

public sealed class RealmKeysTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly string _parent = Directory.CreateTempSubdirectory("authproxy-keys-").FullName;

    private string Folder => Path.Combine(_parent, "realm");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void First_key_is_made_for_its_owner_alone_and_found_again()
    {
        var made = RealmKeys.Load(Folder, "bank", generate: true, _clock);
        var again = RealmKeys.Load(Folder, "bank", generate: false, _clock);

        Assert.Equal(1u, made.Current.Version);
        Assert.Equal(made.Current.Derive("test"), again.Current.Derive("test"));
        Assert.Single(Directory.GetFiles(Folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "1.key")));
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Folder) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute));
        }
    }

    [Fact]
    public void Key_that_is_there_is_never_overwritten()
    {
        new RealmKeyFolder(Folder).Generate(1);
        var before = File.ReadAllText(Path.Combine(Folder, "1.key"));

        new RealmKeyFolder(Folder).Generate(1);

        Assert.Equal(before, File.ReadAllText(Path.Combine(Folder, "1.key")));
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Theory]
    [InlineData("1.key"), InlineData("current")]
    public void File_that_is_too_large_for_a_key_is_named_and_not_read_to_its_end(string name)
    {
        new RealmKeyFolder(Folder).Generate(1);
        File.WriteAllText(Path.Combine(Folder, name), new string('A', SmallFile.MaximumBytes + 1));

        Assert.Equal(
            $"{Path.Combine(Folder, name)} {FileTooLargeException.Why}",
            Assert.Throws<RealmKeyException>(() => RealmKeys.Load(Folder, "bank", generate: false, _clock)).Message);
    }

    [Fact]
    public void Missing_keys_are_not_made_unless_that_is_allowed() =>
        Assert.Contains(Folder, Assert.Throws<RealmKeyException>(() => RealmKeys.Load(Folder, "bank", generate: false, _clock)).Message, StringComparison.Ordinal);

    [Fact]
    public void Version_that_has_only_just_come_opens_and_does_not_seal()
    {
        var keys = RealmKeys.Load(Folder, "bank", generate: true, _clock);
        new RealmKeyFolder(Folder).Generate(2);
        Assert.Null(keys.Find(2));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.NotNull(keys.Find(2));
        Assert.Equal(1u, keys.Current.Version);
    }

    [Fact]
    public void Version_that_the_folder_names_seals_without_a_restart_and_older_ones_still_open()
    {
        var keys = RealmKeys.Load(Folder, "bank", generate: true, _clock);
        var folder = new RealmKeyFolder(Folder);
        folder.Generate(2);
        folder.Activate(2, _clock.GetUtcNow());

        Assert.True(keys.Reload());

        Assert.Equal(2u, keys.Current.Version);
        Assert.NotNull(keys.Find(1));
    }

    [Fact]
    public void Newer_version_than_any_here_is_still_to_come_and_an_older_one_is_over()
    {
        var keys = RealmKeys.Of("bank", _clock, (2, Some.Bytes(2)), (3, Some.Bytes(3)));

        Assert.True(keys.IsStillToCome(4));
        Assert.False(keys.IsStillToCome(3));
        Assert.False(keys.IsStillToCome(1));
    }

    [Theory]
    [InlineData(""), InlineData("2"), InlineData("x"), InlineData("1 yesterday"), InlineData("1 2026-01-01T00:00:00Z more")]
    public void Faulty_choice_of_the_version_that_seals_leaves_the_last_good_keys(string text)
    {
        var keys = RealmKeys.Load(Folder, "bank", generate: true, _clock);
        File.WriteAllText(Path.Combine(Folder, "current"), text);

        Assert.False(keys.Reload());

        Assert.Equal(1u, keys.Current.Version);
        Assert.Contains("current", Assert.Throws<RealmKeyException>(() => RealmKeys.Load(Folder, "bank", generate: true, _clock)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_folder_leaves_the_last_good_keys()
    {
        var keys = RealmKeys.Load(Folder, "bank", generate: true, _clock);
        File.WriteAllText(Path.Combine(Folder, "2.key"), "broken");

        Assert.False(keys.Reload());

        Assert.Equal(1u, keys.Current.Version);
    }

    [Theory]
    [InlineData("1.key", "c2hvcnQ="), InlineData("1.key", "not base64"), InlineData("one.key", ""), InlineData("0.key", "")]
    public void Fault_names_the_file_and_not_what_is_in_it(string name, string text)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, name), text);

        var fault = Assert.Throws<RealmKeyException>(() => RealmKeys.Load(Folder, "bank", generate: true, _clock));

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !fault.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Purposes_realms_and_versions_have_keys_of_their_own()
    {
        var derived = new[]
        {
            new RealmKey(1, Some.Bytes(1), "bank").Derive("a"),
            new RealmKey(1, Some.Bytes(1), "bank").Derive("b"),
            new RealmKey(1, Some.Bytes(1), "shop").Derive("a"),
            new RealmKey(2, Some.Bytes(2), "bank").Derive("a"),
        };

        Assert.Equal(4, derived.Select(Convert.ToHexString).Distinct().Count());
    }
}
