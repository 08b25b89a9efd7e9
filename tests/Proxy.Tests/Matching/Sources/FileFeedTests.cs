using System.Text;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching.Sources;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Matching.Sources;

public sealed class FileFeedTests : IDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private int _changes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_that_is_missing_is_taken_when_it_appears()
    {
        using var feed = Start("rules.yaml");
        Assert.IsType<RuleFeedOutcome.Missing>(feed.Read());

        _folder.Write("rules.yaml", "[]");
        _clock.Advance(Noticed);

        Assert.Equal(("[]", 1), (TextOf(feed), _changes));
    }

    [Fact]
    public void File_that_must_be_there_and_is_not_is_a_fault()
    {
        using var feed = Start("rules.yaml", mayBeMissing: false);

        Assert.Contains("does not exist", Assert.IsType<RuleFeedOutcome.Faulty>(feed.Read()).Fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_taken_away_leaves_its_last_text_and_says_so()
    {
        var path = _folder.Write("rules.yaml", "[]");
        using var feed = Start("rules.yaml");
        feed.Read();

        File.Delete(path);
        _clock.Advance(Noticed);

        Assert.Equal(1, _changes);
        var texts = Assert.IsType<RuleFeedOutcome.Texts>(feed.Read());
        Assert.Single(texts.All);
        Assert.Contains("its last rules stay", texts.Kept!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_may_appear_and_its_files_are_read_in_order()
    {
        using var feed = Start("rules");
        Assert.IsType<RuleFeedOutcome.Missing>(feed.Read());

        _folder.Write("rules/b.json", "2");
        _folder.Write("rules/a.yaml", "1");
        _folder.Write("rules/.hidden.yaml", "no");
        _folder.Write("rules/notes.txt", "no");
        _clock.Advance(Noticed);

        Assert.Equal(["1", "2"], Assert.IsType<RuleFeedOutcome.Texts>(feed.Read()).All.Select(text => Encoding.UTF8.GetString(text.Utf8.Span)));
    }

    [Fact]
    public void Swapped_link_of_a_config_map_is_a_change()
    {
        Mount("one", "1");
        using var feed = Start("rules.yaml");
        Assert.Equal("1", TextOf(feed));

        Mount("two", "2");
        _clock.Advance(Noticed);

        Assert.Equal(("2", 1), (TextOf(feed), _changes));
    }

    [Fact]
    public void Text_that_moved_on_since_it_was_noticed_waits_for_the_next_look()
    {
        var path = _folder.Write("rules.yaml", "old");
        using var feed = Start("rules.yaml");
        feed.Read();
        _folder.Write("rules.yaml", "new");
        _clock.Advance(Noticed);
        Assert.Equal("new", TextOf(feed));

        File.WriteAllText(path, "ha");
        Assert.Equal("new", TextOf(feed));

        File.WriteAllText(path, "half is whole");
        _clock.Advance(Noticed);
        Assert.Equal(("half is whole", 2), (TextOf(feed), _changes));
    }

    private FileFeed Start(string name, bool mayBeMissing = true)
    {
        var feed = new FileFeed(new RuleOrigin.Files(Path.Combine(_folder.Path, name), mayBeMissing), RuleSourceLimits.None, _clock, NullLogger.Instance);
        feed.Changed += () => _changes++;
        feed.Start();
        return feed;
    }

    private static string TextOf(FileFeed feed) => Encoding.UTF8.GetString(Assert.IsType<RuleFeedOutcome.Texts>(feed.Read()).All.Single().Utf8.Span);

    // As the kubelet does it: the file is a link through ..data, which is pointed at another folder.
    private void Mount(string version, string text)
    {
        _folder.Write($"..{version}/rules.yaml", text);
        var data = Path.Combine(_folder.Path, "..data");
        var next = Path.Combine(_folder.Path, "..data_tmp");
        Directory.CreateSymbolicLink(next, $"..{version}");
        if (Directory.Exists(data))
        {
            Directory.Delete(data);
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(_folder.Path, "rules.yaml"), "..data/rules.yaml");
        }

        Directory.Move(next, data);
    }
}
