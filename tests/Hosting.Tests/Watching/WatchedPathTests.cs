using AuthProxy.Hosting.Watching;
using AuthProxy.TestKit;

namespace AuthProxy.Hosting.Tests.Watching;

public sealed class WatchedPathTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private int _changes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Change_is_told_of_once_the_file_is_at_rest()
    {
        var path = _folder.Write("a.yaml", "1");
        using var watch = WatchPath("a.yaml");

        for (var more = 0; more < 5; more++)
        {
            File.AppendAllText(path, "2");
            _clock.Advance(Watch.Interval);
        }

        Assert.Equal(0, _changes);
        _clock.Advance(Watch.Interval);
        Assert.Equal(1, _changes);
        _clock.Advance(Watch.Interval * 10);
        Assert.Equal(1, _changes);
    }

    [Fact]
    public void File_may_become_a_folder_and_nothing()
    {
        var path = _folder.Write("rules", "1");
        using var watch = WatchPath("rules");

        File.Delete(path);
        _folder.Write("rules/a.yaml", "1");
        _clock.Advance(Watch.Interval * 2);
        Assert.Equal(1, _changes);

        Directory.Delete(path, recursive: true);
        _clock.Advance(Watch.Interval * 2);
        Assert.Equal(2, _changes);
        Assert.Null(WatchedPath.FilesOf(path, null, ".yaml"));
    }

    [Fact]
    public void Empty_folder_that_appears_is_a_change()
    {
        using var watch = WatchPath("rules");

        Directory.CreateDirectory(Path.Combine(_folder.Path, "rules"));
        _clock.Advance(Watch.Interval * 2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Content_that_was_looked_at_is_told_from_what_came_later()
    {
        var path = _folder.Write("a.yaml", "1");
        using var watch = WatchPath("a.yaml");

        Assert.True(watch.Saw(path, "1"u8));
        Assert.False(watch.Saw(path, "2"u8));
        Assert.False(watch.Saw(path + "x", "1"u8));
    }

    private WatchedPath WatchPath(string name)
    {
        var watch = new WatchedPath(Path.Combine(_folder.Path, name), _clock, null, null, ".yaml");
        watch.Changed += () => _changes++;
        return watch;
    }
}
