using System.Text;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Demo;

/// <summary>The folder that the processes run in: <c>config/</c> as the repository has it, and <c>data/demo/</c> for what they keep.</summary>
internal sealed class DemoWorkspace : IDisposable
{
    private readonly bool _temporary;

    private DemoWorkspace(string root, bool temporary)
    {
        Root = root;
        _temporary = temporary;
    }

    /// <summary>The working folder of the processes; relative paths in the configuration begin here.</summary>
    public string Root { get; }

    public string ProxyConfiguration => Path.Combine(Root, "config", "authproxy.yaml");

    public string TokenizerConfiguration => Path.Combine(Root, "config", "tokenizer.yaml");

    public string BankRules => Path.Combine(Root, "config", "rules", "bank");

    public string Logs => Data("log");

    public string ProxyKeys => Data("proxy", "keys");

    public string BankKeyFile => Data("bank", "application-key.pem");

    public static string Repository { get; } = FindRepository();

    /// <summary>The repository itself, so that edits of its rules are seen at once; a copy where ports are moved or rules get edited by the check.</summary>
    public static DemoWorkspace Prepare(DemoOptions options, DemoAddresses addresses)
    {
        var workspace = options switch
        {
            { DataFolder: { } folder } => new DemoWorkspace(folder, temporary: false),
            { Check: true } => new DemoWorkspace(Directory.CreateTempSubdirectory("authproxy-demo-").FullName, temporary: true),
            _ when addresses.AreUsual => new DemoWorkspace(Repository, temporary: false),
            _ => new DemoWorkspace(Path.Combine(Repository, "data", $"demo-{addresses.Proxy}"), temporary: false),
        };
        if (workspace.Root != Repository)
        {
            CopyConfiguration(Path.Combine(Repository, "config"), Path.Combine(workspace.Root, "config"), addresses);
        }

        Directory.CreateDirectory(workspace.Logs);
        workspace.MakeBankKey();
        return workspace;
    }

    public SigningKey ReadBankKey() => SigningKey.FromPem(File.ReadAllText(BankKeyFile)) is SigningKeyOutcome.Loaded loaded
        ? loaded.Key
        : throw new DemoException($"{BankKeyFile} holds no key; delete the folder data/demo and start again");

    public void Dispose()
    {
        if (_temporary)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private string Data(params ReadOnlySpan<string> parts) => Path.Combine([Root, "data", "demo", .. parts]);

    /// <summary>The bank calls the Tokenizer with a key of its own; the Tokenizer gets the public half.</summary>
    private void MakeBankKey()
    {
        if (File.Exists(BankKeyFile))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(BankKeyFile)!);
        var key = SigningKey.Generate();
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(BankKeyFile, Encoding.ASCII, mode))
        {
            file.Write(key.ToPem());
        }

        using var jwks = File.Create(Data("bank", "application-jwks.json"));
        using var writer = new Utf8JsonWriter(jwks);
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        key.WritePublicJwk(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void CopyConfiguration(string from, string to, DemoAddresses addresses)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*.yaml", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, addresses.Move(File.ReadAllText(file)));
        }
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DemoException("the demo runs from its own repository, and AuthProxy.sln is not above it");
    }
}
