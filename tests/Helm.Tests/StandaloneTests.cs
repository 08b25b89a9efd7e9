using AuthProxy.Helm.Tests.Checking;
using AuthProxy.Helm.Tests.Rendering;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests;

/// <summary>What each value of the standalone form changes.</summary>
public sealed class StandaloneTests(Secrets secrets) : IClassFixture<Secrets>
{
    [Fact]
    public async Task One_replica_is_replaced_and_not_doubled_and_blocks_no_drain()
    {
        var rendered = await RenderAsync();

        Assert.Equal("Recreate", rendered.Object("Deployment").Text("spec.strategy.type"));
        Assert.False(rendered.Has("PodDisruptionBudget"));
        Assert.False(rendered.Has("HorizontalPodAutoscaler"));
    }

    [Fact]
    public async Task Replicas_roll_without_a_gap_and_keep_a_budget()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas]);

        var deployment = rendered.Object("Deployment", "test-authproxy");
        Assert.Equal(("3", "0"), (deployment.Text("spec.replicas"), deployment.Text("spec.strategy.rollingUpdate.maxUnavailable")));
        Assert.Equal("1", rendered.Object("PodDisruptionBudget", "test-authproxy").Text("spec.maxUnavailable"));
    }

    [Fact]
    public async Task Autoscaler_takes_the_number_of_replicas_over()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.Replicas],
            "standalone: { autoscaling: { enabled: true, behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } }");

        Assert.Null(rendered.Object("Deployment", "test-authproxy").Find("spec.replicas"));
        var scaler = rendered.Object("HorizontalPodAutoscaler");
        Assert.Equal(("2", "6", "300"), (scaler.Text("spec.minReplicas"), scaler.Text("spec.maxReplicas"), scaler.Text("spec.behavior.scaleDown.stabilizationWindowSeconds")));
        Assert.Equal("", await KubernetesSchemas.FaultsOfAsync(rendered));
    }

    // Rules are taken without a restart: a checksum of theirs would restart every pod instead.
    [Fact]
    public async Task Changed_rules_leave_the_pods_alone_and_a_changed_configuration_restarts_them()
    {
        var before = Pod(await RenderAsync());
        var rules = Pod(await RenderAsync("proxy: { rules: { more.yaml: { version: authproxy/v1, rules: [] } } }"));
        var configuration = Pod(await RenderAsync("proxy: { config: { log: { level: debug } } }"));

        Assert.Equal(before, rules);
        Assert.NotEqual(before, configuration);
    }

    [Fact]
    public async Task Rules_may_be_text_or_a_ConfigMap_of_somebody_else()
    {
        var text = await RenderAsync("proxy: { rules: { text.yaml: \"version: authproxy/v1\\nrules: []\\n\" } }");
        var others = await RenderAsync("proxy: { rules: null, rulesConfigMap: team-rules }");

        Assert.Equal("version: authproxy/v1\nrules: []\n", ((YamlMappingNode)text.Object("ConfigMap", "test-authproxy-rules").Find("data")!).Children[new YamlScalarNode("text.yaml")].ToString());
        Assert.False(others.Has("ConfigMap", "test-authproxy-rules"));
        Assert.Equal("team-rules", others.Pods.Single().Named("volumes", "authproxy-rules").Text("configMap.name"));
    }

    [Fact]
    public async Task Rule_sources_of_the_configuration_stand_in_place_of_the_folder()
    {
        var rendered = await RenderAsync("proxy: { config: { access_rules: { sources: [ { path: /etc/authproxy/rules, upstreams: [\"http://app.default.svc:8080\"] } ] } } }");

        using var mounted = new MountedPod(rendered, rendered.Pods.Single(), "authproxy", secrets);
        var (code, said) = await mounted.CheckAsync();
        Assert.True(code == 0, said);
        Assert.Single(Configuration(mounted).List("access_rules.sources"));
    }

    [Theory]
    [InlineData("proxy: { image: { tag: \"1.2\" } }", "authproxy/authproxy:1.2")]
    [InlineData("proxy: { image: { registry: registry.example.com } }", "registry.example.com/authproxy/authproxy:0.1.0")]
    [InlineData("{ global: { imageRegistry: mirror.example.com }, proxy: { image: { registry: registry.example.com } } }", "mirror.example.com/authproxy/authproxy:0.1.0")]
    [InlineData("proxy: { image: { tag: x, digest: sha256:0123456789012345678901234567890123456789012345678901234567890123 } }", "authproxy/authproxy@sha256:0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Image_is_the_one_that_was_meant(string values, string image) =>
        Assert.Equal(image, (await RenderAsync(values)).Pods.Single().Text("containers.0.image"));

    [Fact]
    public async Task Registry_passwords_reach_the_pod() =>
        Assert.Equal("pull", (await RenderAsync("global: { imagePullSecrets: [pull] }")).Pods.Single().Text("imagePullSecrets.0.name"));

    [Fact]
    public async Task Token_for_the_provider_is_bound_to_its_audience_and_short()
    {
        var rendered = await RenderAsync("proxy: { serviceAccountToken: { audience: https://id.example.com, expirationSeconds: 900 } }");

        var token = rendered.Pods.Single().Named("volumes", "authproxy-token").Find("projected.sources.0.serviceAccountToken")!;
        Assert.Equal(("https://id.example.com", "900"), (token.Text("audience"), token.Text("expirationSeconds")));
        Assert.Empty(rendered.Pods.SelectMany(RestrictedPods.FaultsOf));
    }

    [Fact]
    public async Task Platform_may_choose_user_and_group()
    {
        var pod = (await RenderAsync("proxy: { podSecurity: { assignedByPlatform: true } }")).Pods.Single();

        Assert.Null(pod.Find("securityContext.runAsUser"));
        Assert.Null(pod.Find("securityContext.fsGroup"));
        Assert.Null(pod.Find("containers.0.securityContext.runAsUser"));
        Assert.Empty(RestrictedPods.FaultsOf(pod));
    }

    [Fact]
    public async Task Pod_lives_as_long_as_the_drain_that_it_is_configured_for()
    {
        var rendered = await RenderAsync("proxy: { drain: { delaySeconds: 15, timeoutSeconds: 120 } }");

        using var mounted = new MountedPod(rendered, rendered.Pods.Single(), "authproxy", secrets);
        Assert.Equal("145", rendered.Pods.Single().Text("terminationGracePeriodSeconds"));
        Assert.Equal(("15s", "120s"), (Configuration(mounted).Text("drain.delay"), Configuration(mounted).Text("drain.timeout")));
    }

    [Fact]
    public async Task Probes_ask_three_different_questions_where_the_listener_is()
    {
        var container = (await RenderAsync()).Pods.Single().Find("containers.0")!;

        Assert.Equal(["/health/startup", "/health/ready", "/health/live"],
            new[] { "startupProbe", "readinessProbe", "livenessProbe" }.Select(probe => container.Text($"{probe}.httpGet.path")));
        Assert.Equal(("api", "HTTPS"), (container.Text("livenessProbe.httpGet.port"), container.Text("livenessProbe.httpGet.scheme")));
        Assert.Equal("HTTP", (await RenderAsync("proxy: { api: { tls: false } }")).Pods.Single().Text("containers.0.livenessProbe.httpGet.scheme"));
    }

    [Fact]
    public async Task Placement_is_the_operators_and_pods_spread_over_hosts_by_themselves()
    {
        var usual = (await RenderAsync()).Pods.Single();
        var own = (await RenderAsync("""
            standalone:
              nodeSelector: { disk: ssd }
              tolerations: [ { key: a, operator: Exists } ]
              affinity: { nodeAffinity: {} }
              priorityClassName: high
              topologySpread: [ { maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule } ]
              podLabels: { team: a }
              podAnnotations: { note: b }
            """)).Object("Deployment").Find("spec.template")!;

        Assert.Equal("kubernetes.io/hostname", usual.Text("topologySpreadConstraints.0.topologyKey"));
        Assert.Equal(("2", "zone"), (own.Text("spec.topologySpreadConstraints.0.maxSkew"), own.Text("spec.topologySpreadConstraints.0.topologyKey")));
        Assert.NotNull(own.Find("spec.topologySpreadConstraints.0.labelSelector.matchLabels"));
        Assert.Equal(("ssd", "high", "a", "b"), (own.Text("spec.nodeSelector.disk"), own.Text("spec.priorityClassName"), own.Text("metadata.labels.team"), own.Text("metadata.annotations.note")));
        Assert.Equal(("a", true), (own.Text("spec.tolerations.0.key"), own.Find("spec.affinity.nodeAffinity") is not null));
    }

    [Fact]
    public async Task Further_objects_and_another_name_are_taken()
    {
        var rendered = await RenderAsync("{ fullnameOverride: door, extraObjects: [ { apiVersion: v1, kind: ConfigMap, metadata: { name: extra } } ] }");

        Assert.Contains("Deployment/door", rendered.Names);
        Assert.Contains("ConfigMap/extra", rendered.Names);
    }

    private static Task<Rendered> RenderAsync(string values = "{}") => HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], values);

    private static string Pod(Rendered rendered) => string.Join('\n', rendered.Object("Deployment").Find("spec.template")!.AllNodes.OfType<YamlScalarNode>());

    private static YamlNode Configuration(MountedPod mounted)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(mounted.Read("/etc/authproxy/config/authproxy.yaml")!));
        return stream.Documents[0].RootNode;
    }
}
