using AuthProxy.Helm.Tests.Checking;
using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests;

/// <summary>Every values file that the repository offers, as it stands.</summary>
public sealed class ValuesFileTests(Secrets secrets) : IClassFixture<Secrets>
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, Charts.Authproxy, "values"), "*.yaml").Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Values_file_passes_lint_and_Kubernetes_schemas_and_renders_twice_the_same(string file)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [file]);
        Assert.True(rendered.Succeeded, rendered.Errors);

        Assert.Equal("", await KubernetesSchemas.FaultsOfAsync(rendered));
        Assert.Equal(rendered.Text, (await HelmCommand.TemplateAnewAsync(Charts.Authproxy, [file])).Text);
        var lint = await HelmCommand.LintAsync(Charts.Authproxy, [file]);
        Assert.True(lint.Succeeded, lint.Text);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Programs_accept_the_configuration_that_their_containers_find(string file)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [file]);
        foreach (var pod in rendered.Pods)
        {
            foreach (var container in pod.List("containers"))
            {
                using var mounted = new MountedPod(rendered, pod, container.Text("name")!, secrets);
                var (code, said) = await mounted.CheckAsync();
                Assert.True(code == 0, $"{file}, {container.Text("name")}: {said}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Pods_pass_the_restricted_level_and_hold_no_token_of_the_cluster(string file)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [file]);

        Assert.NotEmpty(rendered.Pods);
        Assert.Empty(rendered.Pods.SelectMany(RestrictedPods.FaultsOf));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_Secret_is_made(string file) => Assert.False((await HelmCommand.TemplateAsync(Charts.Authproxy, [file])).Has("Secret"));
}
