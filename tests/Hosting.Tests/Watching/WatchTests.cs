using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.TestKit;

namespace AuthProxy.Hosting.Tests.Watching;

public sealed class WatchTests : IDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(500);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authproxy-");
    private readonly FakeClock _clock = new();
    private int _changes;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_in_place_is_noticed_within_half_a_second()
    {
        var path = Write("a", "1");
        using var watch = WatchFile(path);

        File.WriteAllText(path, "2");
        _clock.Advance(Noticed);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Write_that_keeps_size_and_time_is_noticed()
    {
        var path = Write("a", "1");
        var time = File.GetLastWriteTimeUtc(path);
        using var watch = WatchFile(path);

        File.WriteAllText(path, "2");
        File.SetLastWriteTimeUtc(path, time);
        _clock.Advance(Noticed);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Rename_over_the_file_is_noticed()
    {
        var path = Write("a", "1");
        using var watch = WatchFile(path);

        File.Move(Write("b", "2"), path, overwrite: true);
        _clock.Advance(Noticed);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void File_missing_at_the_start_may_come_go_and_come_back()
    {
        var path = Path.Combine(_folder.FullName, "late");
        using var watch = WatchFile(path);
        Assert.False(watch.Exists);

        Write("late", "1");
        _clock.Advance(Noticed);
        Assert.Equal((1, true), (_changes, watch.Exists));

        File.Delete(path);
        _clock.Advance(Noticed);
        Assert.Equal((2, false), (_changes, watch.Exists));

        Write("late", "1");
        _clock.Advance(Noticed);
        Assert.Equal(3, _changes);
    }

    [Fact]
    public void Swapped_link_of_a_config_map_is_noticed_for_files_and_folders()
    {
        MountConfigMap("one", "1");
        using var file = WatchFile(Path.Combine(_folder.FullName, "rules.yaml"));
        using var folder = WatchFolder();

        MountConfigMap("two", "2");
        _clock.Advance(Noticed);

        Assert.Equal(2, _changes);
        Assert.Equal([Path.Combine(_folder.FullName, "rules.yaml")], folder.Files);
    }

    [Fact]
    public void Nothing_new_is_no_change()
    {
        var path = Write("a.yaml", "1");
        using var file = WatchFile(path);
        using var folder = WatchFolder();

        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        _clock.Advance(Noticed * 10);

        Assert.Equal(0, _changes);
    }

    [Fact]
    public void Large_file_is_noticed_too()
    {
        var path = Write("large", new string('x', 1_000_000));
        using var watch = WatchFile(path);
        _clock.Advance(Noticed);

        File.AppendAllText(path, "y");
        _clock.Advance(Noticed);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Folder_notices_new_changed_and_removed_files_and_leaves_hidden_and_foreign_ones_alone()
    {
        Write("b.yaml", "1");
        using var watch = WatchFolder();

        Write(".hidden.yaml", "1");
        Write("notes.txt", "1");
        _clock.Advance(Noticed);
        Assert.Equal(0, _changes);

        var added = Write("a.yaml", "1");
        _clock.Advance(Noticed);
        Assert.Equal(["a.yaml", "b.yaml"], watch.Files.Select(Path.GetFileName));

        File.Delete(added);
        _clock.Advance(Noticed);
        Write("b.yaml", "2");
        _clock.Advance(Noticed);
        Assert.Equal(3, _changes);
    }

    [Fact]
    public void Failing_listener_does_not_end_the_watch()
    {
        var path = Write("a", "1");
        using var watch = WatchFile(path);
        watch.Changed += () => throw new InvalidOperationException("on purpose");

        Write("a", "2");
        _clock.Advance(Noticed);
        Write("a", "3");
        _clock.Advance(Noticed);

        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Disposed_watch_is_silent()
    {
        var path = Write("a", "1");
        var watch = WatchFile(path);
        watch.Dispose();

        Write("a", "2");
        _clock.Advance(Noticed);

        Assert.Equal((0, 0), (_changes, _clock.PendingTimers));
    }

    [Fact]
    public void Secret_takes_a_new_value_and_keeps_the_last_good_one()
    {
        var path = Write("secret", "one\n");
        using var secret = new SecretFile(Secret.FromFile(path, "one"), _clock);
        secret.Changed += () => _changes++;

        Write("secret", "two\n");
        _clock.Advance(Noticed);
        Assert.Equal(("two", 1), (secret.Reveal(), _changes));

        Write("secret", "");
        _clock.Advance(Noticed);
        File.Delete(path);
        _clock.Advance(Noticed);
        Assert.Equal(("two", 1), (secret.Reveal(), _changes));
        Assert.Equal("[secret]", secret.ToString());
    }

    private WatchedFile WatchFile(string path)
    {
        var watch = new WatchedFile(path, _clock);
        watch.Changed += () => _changes++;
        return watch;
    }

    private WatchedFolder WatchFolder()
    {
        var watch = new WatchedFolder(_folder.FullName, _clock, null, ".yaml");
        watch.Changed += () => _changes++;
        return watch;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>As the kubelet does it: rules.yaml → ..data/rules.yaml, ..data → a folder per version, swapped by one rename.</summary>
    private void MountConfigMap(string version, string content)
    {
        var folder = _folder.CreateSubdirectory(".." + version);
        var file = Path.Combine(folder.FullName, "rules.yaml");
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        var data = Path.Combine(_folder.FullName, "..data");
        var next = Path.Combine(_folder.FullName, "..data_tmp");
        Directory.CreateSymbolicLink(next, ".." + version);
        if (Directory.Exists(data))
        {
            Directory.Delete(data);
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, "rules.yaml"), "..data/rules.yaml");
        }

        Directory.Move(next, data);
    }
}
