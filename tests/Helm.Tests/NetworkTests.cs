using AuthProxy.Helm.Tests.Rendering;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests;

/// <summary>Who reaches what.</summary>
public class NetworkTests
{
    [Fact]
    public async Task Without_a_word_only_the_proxys_port_is_open()
    {
        var policy = (await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica])).Object("NetworkPolicy");

        Assert.Equal(["8443"], Ports(policy, "spec.ingress"));
        Assert.Equal(["Ingress"], Types(policy));
    }

    [Fact]
    public async Task Named_peers_reach_what_they_are_named_for_and_egress_is_closed_but_for_the_listed()
    {
        var policy = (await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas])).Object("NetworkPolicy", "test-authproxy");

        Assert.Equal("ingress-nginx", Namespace(policy, 0));
        Assert.Equal("monitoring", Namespace(policy, 1));
        Assert.Equal(["8443", "8444", "8444"], Ports(policy, "spec.ingress"));
        Assert.Equal(["Ingress", "Egress"], Types(policy));
        Assert.Equal(["53", "53", "4462"], Ports(policy, "spec.egress").Take(3));
    }

    [Fact]
    public async Task Tokenizers_users_are_reachable_from_nowhere_and_its_services_for_whom_they_are_meant()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas], "vault: { servicesFrom: [ { podSelector: { matchLabels: { app: bank } } } ] }");
        var policy = rendered.Object("NetworkPolicy", "test-authproxy-vault");

        Assert.DoesNotContain("4461", Ports(policy, "spec.ingress").Concat(rendered.Object("Service", "test-authproxy-vault").List("spec.ports").Select(port => port.Text("port"))));
        var services = policy.List("spec.ingress").Single(rule => rule.Text("ports.0.port") == "4462");
        Assert.Equal(3, services.List("from").Count());
        Assert.Equal("bank", services.Text("from.2.podSelector.matchLabels.app"));
    }

    [Fact]
    public async Task Policy_may_be_left_to_somebody_else() =>
        Assert.False((await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], "proxy: { networkPolicy: { enabled: false } }")).Has("NetworkPolicy"));

    [Fact]
    public async Task Decisions_with_mutual_TLS_are_open_to_the_gateway_alone()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, ["helm/authproxy/values/envoy-gateway.yaml"]);
        var none = await HelmCommand.TemplateAsync(Charts.Authproxy, ["helm/authproxy/values/envoy-gateway.yaml"], "proxy: { networkPolicy: { decisionsFrom: [] } }");

        Assert.Equal(["8443", "8445"], Ports(rendered.Object("NetworkPolicy"), "spec.ingress"));
        Assert.Equal(["8443"], Ports(none.Object("NetworkPolicy"), "spec.ingress"));
        Assert.Contains("decisions", rendered.Object("Service").List("spec.ports").Select(port => port.Text("targetPort")));
    }

    private static string? Namespace(YamlMappingNode policy, int rule) =>
        (policy.Find($"spec.ingress.{rule}.from.0.namespaceSelector.matchLabels") as YamlMappingNode)?.Children[new YamlScalarNode("kubernetes.io/metadata.name")].ToString();

    private static IEnumerable<string?> Ports(YamlMappingNode policy, string place) => policy.List(place).SelectMany(rule => rule.List("ports")).Select(port => port.Text("port"));

    private static IEnumerable<string?> Types(YamlMappingNode policy) => ((YamlSequenceNode)policy.Find("spec.policyTypes")!).Select(type => type.ToString());
}
