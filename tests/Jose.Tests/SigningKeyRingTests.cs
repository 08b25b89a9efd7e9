using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

public sealed class SigningKeyRingTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"keys-{Guid.NewGuid():N}");
    private readonly FakeClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void First_key_is_made_once()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        var first = Load().Current.KeyId;
        SigningKeyRing.EnsureGenerated(_folder);
        Assert.Equal(first, Load().Current.KeyId);
        Assert.Equal(["0001.pem"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Key_can_be_read_by_its_owner_only()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "0001.pem")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        }
    }

    [Fact]
    public void Processes_that_start_at_once_end_up_with_the_same_key()
    {
        var ids = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            SigningKeyRing.EnsureGenerated(_folder);
            ids.Add(Load().Current.KeyId);
        });
        Assert.Single(ids.Distinct());
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Rotation_takes_effect_at_reload_and_the_previous_key_still_verifies()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        var ring = Load();
        var (old, version) = (ring.Current, ring.Version);
        var token = Tokens.Sign(_clock, key: old);

        var file = SigningKeyRing.GenerateNext(_folder);
        Assert.Equal("0002.pem", Path.GetFileName(file));
        Assert.Same(old, ring.Current);
        Assert.IsType<SigningKeyReloadOutcome.Changed>(ring.Reload());

        Assert.NotEqual(old.KeyId, ring.Current.KeyId);
        Assert.Equal(old.KeyId, ring.Previous?.KeyId);
        Assert.True(ring.Version > version);
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, keys: ring));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(_clock, key: ring.Current), _clock, keys: ring));
        Assert.Equal([ring.Current.KeyId, old.KeyId], PublishedKeyIds(ring));

        SigningKeyRing.GenerateNext(_folder);
        ring.Reload();
        Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, keys: ring));
    }

    [Fact]
    public void Reload_of_the_same_files_changes_nothing()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        var ring = Load();
        var (key, version) = (ring.Current, ring.Version);
        Assert.IsType<SigningKeyReloadOutcome.Unchanged>(ring.Reload());
        Assert.Same(key, ring.Current);
        Assert.Equal(version, ring.Version);
    }

    [Fact]
    public void Reload_of_a_broken_file_keeps_the_last_good_keys()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        var ring = Load();
        var key = ring.Current;
        File.WriteAllText(Path.Combine(_folder, "0002.pem"), "-----BEGIN PRIVATE KEY-----\nSECRET\n");
        var why = Assert.IsType<SigningKeyReloadOutcome.Failed>(ring.Reload()).Why;
        Assert.Contains("0002.pem", why, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", why, StringComparison.Ordinal);
        Assert.Same(key, ring.Current);

        Directory.Move(_folder, _folder + "-away");
        Assert.IsType<SigningKeyReloadOutcome.Failed>(ring.Reload());
        Directory.Move(_folder + "-away", _folder);
        Assert.Same(key, ring.Current);
    }

    [Fact]
    public void Order_is_that_of_names_whatever_they_are()
    {
        Directory.CreateDirectory(_folder);
        var (a, b) = (SigningKey.Generate(), SigningKey.Generate(JwtAlgorithms.RS256));
        File.WriteAllText(Path.Combine(_folder, "2030-01.pem"), a.ToPem());
        File.WriteAllText(Path.Combine(_folder, "2030-02.pem"), b.ToPem());
        File.WriteAllText(Path.Combine(_folder, ".hidden.pem"), "not a key");
        File.WriteAllText(Path.Combine(_folder, "readme.txt"), "not a key");
        var ring = Load();
        Assert.Equal([b.KeyId, a.KeyId], PublishedKeyIds(ring));

        SigningKeyRing.GenerateNext(_folder);
        Assert.IsType<SigningKeyReloadOutcome.Changed>(ring.Reload());
        Assert.Equal(b.KeyId, ring.Previous?.KeyId);
    }

    [Fact]
    public void Mounted_secret_is_followed_through_its_links()
    {
        // A mounted Secret: names link into a folder that is swapped as one.
        Directory.CreateDirectory(Path.Combine(_folder, "..1"));
        Directory.CreateDirectory(Path.Combine(_folder, "..2"));
        var (one, two) = (SigningKey.Generate(), SigningKey.Generate());
        File.WriteAllText(Path.Combine(_folder, "..1", "key.pem"), one.ToPem());
        File.WriteAllText(Path.Combine(_folder, "..2", "key.pem"), two.ToPem());
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..1");
        File.CreateSymbolicLink(Path.Combine(_folder, "key.pem"), Path.Combine("..data", "key.pem"));
        var ring = Load();
        Assert.Equal(one.KeyId, ring.Current.KeyId);

        Directory.Delete(Path.Combine(_folder, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2");
        Assert.IsType<SigningKeyReloadOutcome.Changed>(ring.Reload());
        Assert.Equal(two.KeyId, ring.Current.KeyId);
    }

    [Fact]
    public void Folder_without_keys_is_a_fault_with_its_name()
    {
        Directory.CreateDirectory(_folder);
        Assert.Contains(_folder, Faulty(_folder), StringComparison.Ordinal);
        Assert.Contains("absent", Faulty(Path.Combine(_folder, "absent")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "big.pem"), new string('x', 100_000));
        Assert.Contains("too large", Faulty(_folder), StringComparison.Ordinal);
    }

    private static string Faulty(string folder) => Assert.IsType<SigningKeyRingOutcome.Faulty>(SigningKeyRing.LoadFolder(folder)).Why;

    private static List<string?> PublishedKeyIds(SigningKeyRing ring)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ring.WriteJwks(writer);
        }

        return [.. Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(stream.ToArray())).Set.Keys.Select(k => k.KeyId)];
    }

    private SigningKeyRing Load() => Assert.IsType<SigningKeyRingOutcome.Loaded>(SigningKeyRing.LoadFolder(_folder)).Ring;
}
