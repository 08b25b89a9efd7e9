using System.Text.RegularExpressions;
using AuthProxy.Helm.Tests.Checking;
using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests;

/// <summary>What is printed after an installation.</summary>
public sealed partial class NotesTests(Secrets secrets) : IClassFixture<Secrets>
{
    private const string TwoProviders = """
        proxy:
          keys: { existingSecret: authproxy-keys }
          tls: { existingSecret: authproxy-tls }
          config:
            serve: { proxy: { public_urls: ["https://app.example.com", "https://login.example.com"] } }
            authenticators:
              oidc:
                config:
                  login_host: login.example.com
                  providers: { staff: { issuer: "https://a.example.com", client_id: a }, default: { issuer: "https://b.example.com", client_id: b } }
          rules: { app.yaml: { version: authproxy/v1, defaults: { upstream: "http://127.0.0.1:1", authenticators: [oidc], mutators: [noop] }, rules: [ { id: app, match: { path: "/**" } } ] } }
        """;

    [Theory]
    [InlineData(Charts.OneReplica, "{}")]
    [InlineData(Charts.Replicas, "{}")]
    [InlineData("helm/authproxy/values.yaml", TwoProviders)]
    [InlineData(Charts.OneReplica, "proxy: { config: { serve: { proxy: { reserved_prefix: /orders/.authproxy/ } } } }")]
    public async Task Addresses_to_register_are_those_that_the_program_itself_names(string file, string values)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [file], values);
        var notes = await NotesAsync(file, values);

        foreach (var pod in rendered.Pods)
        {
            using var mounted = new MountedPod(rendered, pod, pod.List("containers").Last().Text("name")!, secrets);
            var (code, said) = await mounted.CheckAsync();
            Assert.True(code == 0, said);
            var registered = Registered().Matches(said).Select(match => match.Groups[1].Value).ToArray();
            Assert.NotEmpty(registered);
            Assert.All(registered, uri => Assert.Matches($"{Regex.Escape(uri)}(\\n|$)", notes));
        }
    }

    [Fact]
    public async Task Notes_say_where_keys_are_and_what_to_do_next_and_to_mind()
    {
        var notes = await NotesAsync(Charts.OneReplica, "proxy: { data: { existingClaim: '' } }");

        Assert.Contains("https://test-authproxy.apps.svc:8444/.well-known/jwks.json", notes, StringComparison.Ordinal);
        Assert.Contains("https://app.example.com/.authproxy/login", notes, StringComparison.Ordinal);
        Assert.Contains("kubectl --namespace apps rollout status deployment/test-authproxy", notes, StringComparison.Ordinal);
        Assert.Contains("Keep a copy of the Secrets with keys elsewhere: authproxy-keys", notes, StringComparison.Ordinal);
        Assert.Contains("proxy.data.existingClaim is missing: sessions last as long as the pod.", notes, StringComparison.Ordinal);
        Assert.Contains("proxy.networkPolicy.from is empty", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_warn_of_sessions_in_memory_and_of_open_networks_and_only_of_those()
    {
        var open = await NotesAsync(Charts.OneReplica, "proxy: { config: { sessions: { store: memory } }, networkPolicy: { enabled: false } }");
        var closed = await NotesAsync(Charts.Replicas, "{}");

        Assert.Contains("every restart logs everybody out", open, StringComparison.Ordinal);
        Assert.Contains("proxy.networkPolicy.enabled is false", open, StringComparison.Ordinal);
        Assert.DoesNotContain("Mind:", closed, StringComparison.Ordinal);
        Assert.Contains("services of the Tokenizer: https://test-authproxy-vault.apps.svc:4462", closed, StringComparison.Ordinal);
        Assert.Contains("authproxy-keys, authproxy-realm, vault-keys, tokenizer-master", closed, StringComparison.Ordinal);
    }

    // helm prints notes only for a cluster: here a copy of the chart renders them as an object.
    private static async Task<string> NotesAsync(string file, string values)
    {
        using var folder = new TestFolder();
        Copy(Path.Combine(Repository.Root, Charts.Authproxy), folder.Path);
        folder.Write("templates/notes.yaml", "kind: Notes\nmetadata: { name: notes }\ntext: {{ include \"release.notes\" . | toJson }}\n");
        return (await HelmCommand.TemplateAnewAsync(folder.Path, [file], values)).Object("Notes").Text("text")!;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex("register at [^:]+: (https://\\S+)")]
    private static partial Regex Registered();
}
