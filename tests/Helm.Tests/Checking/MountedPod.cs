using System.Text;
using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.Proxy.Cli;
using AuthProxy.TestKit;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests.Checking;

/// <summary>
/// The files that a container of a rendered pod would find, below a folder of its own, so that the real program can judge them: what is not
/// mounted is not there.
/// </summary>
internal sealed class MountedPod : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Rendered _rendered;
    private readonly YamlMappingNode _pod;
    private readonly Secrets _secrets;

    public MountedPod(Rendered rendered, YamlMappingNode pod, string container, Secrets secrets)
    {
        (_rendered, _pod, _secrets) = (rendered, pod, secrets);
        Container = pod.List("initContainers").Concat(pod.List("containers")).Single(one => one.Text("name") == container);
        foreach (var mount in Container.List("volumeMounts"))
        {
            var at = mount.Text("mountPath")!;
            Directory.CreateDirectory(_folder.Path + at);
            foreach (var (name, content) in Files(mount.Text("name")!))
            {
                File.WriteAllText(Path.Combine(_folder.Path + at, name), Moved(content));
            }
        }
    }

    public YamlMappingNode Container { get; }

    /// <summary>What the program that runs in the container says of its configuration; code 0 means that it would start.</summary>
    public async Task<(int Code, string Said)> CheckAsync()
    {
        using var said = new StringWriter();
        var arguments = Container.Find("args")!.AllNodes.OfType<YamlScalarNode>().Select(argument => argument.Value!).ToArray();
        Assert.Equal(["serve", "--config"], arguments[..2]);
        string[] check = ["config", "check", "--config", _folder.Path + arguments[2]];
        var code = Container.Text("image")!.Contains("tokenizer", StringComparison.Ordinal)
            ? await Tokenizer.Cli.CommandLine.RunAsync(check, said, said, CancellationToken.None)
            : await new CommandLine(Commands.All, new CommandConsole(said, said)).RunAsync(check, CancellationToken.None);
        return (code, said.ToString());
    }

    /// <summary>A file as the container sees it; null where there is none.</summary>
    public string? Read(string path) => File.Exists(_folder.Path + path) ? File.ReadAllText(_folder.Path + path) : null;

    public void Dispose() => _folder.Dispose();

    private IEnumerable<(string Name, string Content)> Files(string volume)
    {
        // Volumes of a claim's template are empty at first.
        var source = _pod.List("volumes").SingleOrDefault(one => one.Text("name") == volume);
        return source is null ? [] : Sources(source).Concat(source.List("projected.sources").SelectMany(Sources));
    }

    private IEnumerable<(string Name, string Content)> Sources(YamlMappingNode source)
    {
        if (source.Text("configMap.name") is { } map)
        {
            return _rendered.Has("ConfigMap", map)
                ? ((YamlMappingNode)_rendered.Object("ConfigMap", map).Find("data")!).Children.Select(file => (((YamlScalarNode)file.Key).Value!, ((YamlScalarNode)file.Value).Value!))
                : _secrets.Of(map);
        }

        if ((source.Text("secret.secretName") ?? source.Text("secret.name")) is not { } secret)
        {
            return source.Text("serviceAccountToken.path") is { } path ? [(path, "token")] : [];
        }

        var items = source.List("secret.items").Select(item => item.Text("key")).ToArray();
        return _secrets.Of(secret).Where(file => items.Length == 0 || items.Contains(file.Name));
    }

    // Absolute paths of the pod become paths of the folder.
    private string Moved(string text) =>
        new[] { "/var/lib/", "/etc/authproxy/", "/etc/tokenizer/", "/run/" }.Aggregate(new StringBuilder(text), (moved, prefix) => moved.Replace(prefix, _folder.Path + prefix)).ToString();
}
