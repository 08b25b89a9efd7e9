using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Keys;

namespace AuthProxy.Proxy.Tests.Keys;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ProxyKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;

    private string Keys => Path.Combine(_folder, "keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keys_are_made_once_and_only_their_owner_may_read_them()
    {
        var first = ProxyKeys.Load(Keys, new ConfigFaults())!;
        var second = ProxyKeys.Load(Keys, new ConfigFaults())!;

        Assert.Equal(first.Signing.Current.KeyId, second.Signing.Current.KeyId);
        Assert.Equal(first.Bearer.Bytes, second.Bearer.Bytes);
        Assert.All(Directory.GetFiles(Keys), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Mounted_key_is_taken_and_none_is_made_beside_it()
    {
        Directory.CreateDirectory(Keys);
        var mounted = SigningKey.Generate();
        File.WriteAllText(Path.Combine(Keys, "tls.pem"), mounted.ToPem());

        Assert.Equal(mounted.KeyId, ProxyKeys.Load(Keys, new ConfigFaults())!.Signing.Current.KeyId);
        Assert.Single(Directory.GetFiles(Keys, "*.pem"));
    }

    [Fact]
    public void Broken_keys_are_all_told_and_nothing_of_them_is_shown()
    {
        Directory.CreateDirectory(Keys);
        File.WriteAllText(Path.Combine(Keys, "0001.pem"), "hunter2");
        File.WriteAllText(Path.Combine(Keys, "realm-bearer.key"), "short");
        var faults = new ConfigFaults();

        Assert.Null(ProxyKeys.Load(Keys, faults));
        Assert.Equal(2, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Secret_of_bearers_shows_nothing_of_itself() =>
        Assert.Equal("[secret]", ProxyKeys.Load(Keys, new ConfigFaults())!.Bearer.ToString());
}
