using System.Buffers.Text;
using System.Security.Cryptography;
using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.Proxy.Cli;
using AuthProxy.TestKit;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests.Checking;

/// <summary>Secrets and ConfigMaps that stand outside the charts, as an operator would make them; new ones for each run.</summary>
public sealed class Secrets : IDisposable
{
    private readonly TestAuthority _authority = new("charts");
    private readonly (string Name, string Content)[] _keys = GenerateKeys();

    /// <summary>What the Secret or ConfigMap of this name holds, told by the end of its name.</summary>
    internal IEnumerable<(string Name, string Content)> Of(string name) => name switch
    {
        _ when name.EndsWith("-keys", StringComparison.Ordinal) => _keys,
        _ when name.EndsWith("-realm", StringComparison.Ordinal) => _keys.Where(file => !file.Name.EndsWith(".pem", StringComparison.Ordinal)),
        _ when name.EndsWith("-tls", StringComparison.Ordinal) => Certificate(),
        _ when name.EndsWith("-oidc", StringComparison.Ordinal) => [("client-secret", "for tests only")],
        _ when name.EndsWith("-redis", StringComparison.Ordinal) => [("password", "for tests only"), ("sentinel-password", "for tests only")],
        _ when name.EndsWith("-authorities", StringComparison.Ordinal) => [("ca-bundle.crt", _authority.Pem)],
        _ when name.EndsWith("-caller", StringComparison.Ordinal) => [("key", "a-key-for-tests-only-of-32-characters")],
        _ when name.EndsWith("-master", StringComparison.Ordinal) => [("master-1.key", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)))],
        _ when name.EndsWith("-postgres", StringComparison.Ordinal) =>
            [("connection-string", "Host=db.example.com;Database=tokenizer;Username=tokenizer;Password=x;SSL Mode=VerifyFull;Root Certificate=/run/tokenizer/authorities/ca-bundle.crt")],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such Secret is known here."),
    };

    public void Dispose() => _authority.Dispose();

    private IEnumerable<(string Name, string Content)> Certificate()
    {
        var (certificate, key) = _authority.Issue("app.example.com", TestAuthority.ServerUse, "app.example.com");
        return [("tls.crt", certificate), ("tls.key", key)];
    }

    // The very Secret that a refused rendering tells people to make.
    private static (string Name, string Content)[] GenerateKeys()
    {
        using var text = new StringWriter();
        var made = new CommandLine(Commands.All, new CommandConsole(text, text)).RunAsync(["keys", "generate", "--as", "secret"], CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(0, made);
        var stream = new YamlStream();
        stream.Load(new StringReader(text.ToString()));
        return [.. ((YamlMappingNode)stream.Documents[0].RootNode.Find("data")!).Children
            .Select(file => (((YamlScalarNode)file.Key).Value!, System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(((YamlScalarNode)file.Value).Value!))))];
    }
}
