using AuthProxy.Helm.Tests.Checking;
using AuthProxy.Helm.Tests.Rendering;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests;

/// <summary>The Tokenizer and its gateway in one pod.</summary>
public sealed class VaultTests(Secrets secrets) : IClassFixture<Secrets>
{
    [Fact]
    public async Task Vault_on_SQLite_keeps_its_volume_and_on_PostgreSQL_needs_none()
    {
        var embedded = (await RenderAsync("""
            standalone: { enabled: false }
            vault: { replicas: 1, config: { store: sqlite }, persistence: { size: 5Gi, storageClassName: fast } }
            """)).Object("StatefulSet");
        var replicas = (await RenderAsync()).Object("Deployment", "test-authproxy-vault");

        Assert.Equal(("5Gi", "fast"), (embedded.Text("spec.volumeClaimTemplates.0.spec.resources.requests.storage"), embedded.Text("spec.volumeClaimTemplates.0.spec.storageClassName")));
        Assert.DoesNotContain(embedded.List("spec.template.spec.volumes"), volume => volume.Text("name") == "tokenizer-data");
        Assert.Equal(("3", "0"), (replicas.Text("spec.replicas"), replicas.Text("spec.strategy.rollingUpdate.maxUnavailable")));
        Assert.NotNull(replicas.Find("spec.template.spec")!.Named("volumes", "tokenizer-data").Find("emptyDir"));
    }

    [Fact]
    public async Task One_pod_of_the_vault_has_no_disruption_budget_and_three_have()
    {
        Assert.True((await RenderAsync()).Has("PodDisruptionBudget", "test-authproxy-vault"));
        Assert.False((await RenderAsync("vault: { replicas: 1 }")).Has("PodDisruptionBudget", "test-authproxy-vault"));
    }

    // A broken-in Proxy must not read values, and a broken-in Tokenizer must not sign users.
    [Fact]
    public async Task Master_key_is_the_Tokenizers_alone_and_signing_key_the_gateways()
    {
        var pod = (await RenderAsync()).Object("Deployment", "test-authproxy-vault").Find("spec.template.spec")!;

        Assert.DoesNotContain(Mounts(pod, "gateway"), name => name!.StartsWith("tokenizer", StringComparison.Ordinal));
        Assert.DoesNotContain(Mounts(pod, "tokenizer"), name => name!.StartsWith("authproxy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokenizer_believes_the_gateway_about_users_and_the_Proxy_about_its_application()
    {
        var trust = await TrustAsync();

        Assert.Equal(["gateway", "proxy"], trust.Select(entry => entry.Text("name")));
        Assert.Equal(("gateway", "http://127.0.0.1:8444/.well-known/jwks.json", "vault.example.com"), (trust[0].Text("roles.0"), trust[0].Text("jwks_url"), trust[0].Text("hosts.0")));
        Assert.Equal(("sidecar", "https://test-authproxy.apps.svc:8444/.well-known/jwks.json", "bank"), (trust[1].Text("roles.0"), trust[1].Text("jwks_url"), trust[1].Text("applications.0")));
    }

    [Fact]
    public async Task Own_words_about_trust_go_before_the_charts()
    {
        var trust = await TrustAsync("""
            vault: { config: { trust: [ { name: proxy, roles: [sidecar], issuer: "https://other.example.com", jwks_url: "https://other.example.com/jwks", applications: [bank] } ] } }
            gateway: { api: { tls: true } }
            """);

        Assert.Equal(["gateway", "proxy"], trust.Select(entry => entry.Text("name")));
        Assert.Equal("https://other.example.com", trust[1].Text("issuer"));
        Assert.Equal("https://test-authproxy-vault.apps.svc:8444/.well-known/jwks.json", trust[0].Text("jwks_url"));
    }

    [Theory]
    [InlineData("https://vault.example.com:8443", "vault.example.com:8443")]
    [InlineData("https://vault.example.com:443", "vault.example.com")]
    [InlineData("https://vault.example.com/", "vault.example.com")]
    public async Task Vaults_host_is_what_browsers_send(string url, string host) =>
        Assert.Equal(host, (await TrustAsync($"vault: {{ config: {{ applications: [ {{ name: bank, vault_url: \"{url}\" }} ] }} }}"))[0].Text("hosts.0"));

    [Fact]
    public async Task Proxy_may_do_without_the_vault_of_its_release() =>
        Assert.Contains("enabled: false", (await RenderAsync("proxy: { config: { tokenizer: { enabled: false } } }")).Object("ConfigMap", "test-authproxy-config").Find("data")!.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Vault_by_itself_is_accepted_by_both_programs()
    {
        var rendered = await RenderAsync("{ standalone: { enabled: false }, vault: { replicas: 1, config: { store: sqlite } } }");

        Assert.False(rendered.Has("Deployment"));
        using var gateway = new MountedPod(rendered, rendered.Pods.Single(), "gateway", secrets);
        var (code, said) = await gateway.CheckAsync();
        Assert.True(code == 0, said);
    }

    private static Task<Rendered> RenderAsync(string values = "{}") => HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas], values);

    private static IEnumerable<string?> Mounts(YamlNode pod, string container) => pod.Named("containers", container).List("volumeMounts").Select(mount => mount.Text("name"));

    private static async Task<YamlMappingNode[]> TrustAsync(string values = "{}")
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(((YamlMappingNode)(await RenderAsync(values)).Object("ConfigMap", "test-authproxy-tokenizer").Find("data")!).Children[new YamlScalarNode("tokenizer.yaml")].ToString()));
        return [.. stream.Documents[0].RootNode.List("trust")];
    }
}
