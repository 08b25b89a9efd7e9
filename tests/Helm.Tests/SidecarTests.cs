using AuthProxy.Helm.Tests.Checking;
using AuthProxy.Helm.Tests.Rendering;

namespace AuthProxy.Helm.Tests;

/// <summary>The sidecar in an application's own chart, and what may not stand beside it.</summary>
public sealed class SidecarTests(Secrets secrets) : IClassFixture<Secrets>
{
    private const string Application = "tests/Helm.Tests/application";

    [Theory]
    [InlineData(Application)]
    [InlineData(Charts.Bank)]
    public async Task Application_with_the_sidecar_passes_schemas_lint_and_the_restricted_level_and_the_Proxy_would_start(string chart)
    {
        var rendered = await HelmCommand.TemplateAsync(chart);
        Assert.True(rendered.Succeeded, rendered.Errors);

        Assert.Equal("", await KubernetesSchemas.FaultsOfAsync(rendered));
        Assert.Equal(rendered.Text, (await HelmCommand.TemplateAnewAsync(chart, [])).Text);
        Assert.Empty(rendered.Pods.SelectMany(RestrictedPods.FaultsOf));
        using var mounted = new MountedPod(rendered, rendered.Pods.Single(), "authproxy", secrets);
        var (code, said) = await mounted.CheckAsync();
        Assert.True(code == 0, said);
        var lint = await HelmCommand.LintAsync(chart, []);
        Assert.True(lint.Succeeded, lint.Text);
    }

    [Theory]
    [InlineData("1.32.0", "auto", true)]
    [InlineData("1.29.0", "auto", true)]
    [InlineData("1.28.9", "auto", false)]
    [InlineData("1.32.0", "never", false)]
    [InlineData("1.28.0", "always", true)]
    public async Task Sidecar_is_native_where_the_cluster_has_such(string version, string wish, bool native)
    {
        var rendered = await RenderAsync($"authproxy-sidecar: {{ nativeSidecar: {wish} }}", "--kube-version", version);

        var pod = rendered.Pods.Single();
        Assert.Equal("authproxy", pod.Text(native ? "initContainers.0.name" : "containers.1.name"));
        Assert.Equal(native ? "Always" : null, pod.Text("initContainers.0.restartPolicy"));
    }

    [Fact]
    public async Task Sidecar_starts_before_the_applications_own_init_containers() =>
        Assert.Equal(["authproxy", "migrate"], (await RenderAsync("""
            morePod:
              initContainers:
                - { name: migrate, image: "m:1", securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }
            """)).Pods.Single().List("initContainers").Select(container => container.Text("name")));

    [Fact]
    public async Task Application_stays_while_requests_still_arrive_and_the_Proxy_until_it_has_ended()
    {
        var pod = (await RenderAsync("{ morePod: { terminationGracePeriodSeconds: 60 }, authproxy-sidecar: { drain: { delaySeconds: 7, timeoutSeconds: 40 } } }")).Pods.Single();

        Assert.Equal("7", pod.Text("containers.0.lifecycle.preStop.sleep.seconds"));
        Assert.Equal("114", pod.Text("terminationGracePeriodSeconds"));
    }

    [Fact]
    public async Task What_the_application_says_of_its_end_and_its_token_counts()
    {
        var pod = (await RenderAsync("{ morePod: { automountServiceAccountToken: true, securityContext: { fsGroup: 7 } }, moreContainer: { lifecycle: { preStop: { exec: { command: [bye] } } } } }")).Pods.Single();

        Assert.Null(pod.Find("containers.0.lifecycle.preStop.sleep"));
        Assert.Equal(("true", "7"), (pod.Text("automountServiceAccountToken"), pod.Text("securityContext.fsGroup")));
        Assert.Null((await RenderAsync("{}", "--kube-version", "1.29.0")).Pods.Single().Find("containers.0.lifecycle"));
    }

    [Fact]
    public async Task Nobody_reaches_the_application_but_through_the_Proxy()
    {
        var rendered = await RenderAsync();

        Assert.Equal(["proxy", "api"], rendered.Object("Service").List("spec.ports").Select(port => port.Text("targetPort")));
        Assert.Equal(["8443"], rendered.Object("NetworkPolicy").List("spec.ingress").SelectMany(rule => rule.List("ports")).Select(port => port.Text("port")));
        Assert.Equal("application", rendered.Object("NetworkPolicy").Text("spec.podSelector.matchLabels.app"));
    }

    [Fact]
    public async Task Keys_are_mounted_in_the_Proxy_alone()
    {
        var pod = (await RenderAsync()).Pods.Single();

        Assert.NotEmpty(pod.Named("initContainers", "authproxy").List("volumeMounts"));
        Assert.Empty(pod.Named("containers", "application").List("volumeMounts"));
    }

    [Theory]
    [InlineData("morePod: { hostNetwork: true }", "hostNetwork of the application's pod is true")]
    [InlineData("morePod: { hostPID: true }", "hostPID of the application's pod is true")]
    [InlineData("morePod: { hostIPC: true }", "hostIPC of the application's pod is true")]
    [InlineData("morePod: { shareProcessNamespace: true }", "shareProcessNamespace of the application's pod is true")]
    [InlineData("moreContainer: { securityContext: { privileged: true } }", "container application is privileged")]
    [InlineData("moreContainer: { securityContext: { allowPrivilegeEscalation: true } }", "container application may gain rights")]
    [InlineData("moreContainer: { securityContext: { allowPrivilegeEscalation: null } }", "container application may gain rights")]
    [InlineData("moreContainer: { securityContext: { capabilities: { drop: [CHOWN] } } }", "container application keeps NET_RAW")]
    [InlineData("moreContainer: { securityContext: { capabilities: { add: [NET_RAW] } } }", "container application adds the capability NET_RAW")]
    [InlineData("moreContainer: { securityContext: { capabilities: { add: [NET_ADMIN] } } }", "container application adds the capability NET_ADMIN")]
    [InlineData("moreContainer: { securityContext: { runAsUser: 65532 } }", "container application runs as user 65532, as the Proxy does")]
    [InlineData("moreContainer: { securityContext: { runAsUser: null } }", "container application says no user")]
    [InlineData("moreContainer: { name: authproxy }", "container authproxy: the name is the Proxy's own")]
    [InlineData("moreContainer: { ports: [ { containerPort: 8443 } ] }", "container application listens on 8443, which is the Proxy's")]
    [InlineData("moreContainer: { volumeMounts: [ { name: authproxy-keys, mountPath: /k } ] }", "container application mounts authproxy-keys, which is for the Proxy alone")]
    [InlineData("moreContainer: { envFrom: [ { secretRef: { name: app-keys } } ] }", "container application takes the Secret app-keys, which is for the Proxy alone")]
    [InlineData("moreContainer: { env: [ { name: A, valueFrom: { secretKeyRef: { name: app-oidc, key: client-secret } } } ] }", "container application takes the Secret app-oidc")]
    [InlineData("morePod: { volumes: [ { name: k, secret: { secretName: app-keys } } ] }", "volume k takes the Secret app-keys")]
    [InlineData("morePod: { volumes: [ { name: k, projected: { sources: [ { secret: { items: [ { key: a, path: b } ], name: app-keys } } ] } } ] }", "volume k takes the Secret app-keys")]
    [InlineData("{ morePod: { volumes: [ { name: k, persistentVolumeClaim: { claimName: sessions } } ] }, authproxy-sidecar: { data: { existingClaim: sessions } } }", "volume k takes the claim sessions")]
    [InlineData("morePod: { volumes: [ { name: authproxy-data, emptyDir: {} } ] }", "volume authproxy-data: names that begin with authproxy- are the Proxy's own")]
    [InlineData("replicas: 2", "the application makes 2 replicas, and authproxy-sidecar.config.sessions.store is sqlite")]
    [InlineData("authproxy-sidecar: { keys: { existingSecret: '' } }", "authproxy-sidecar.keys.existingSecret is missing")]
    [InlineData("authproxy-sidecar: { podSecurty: {} }", "podSecurty")]
    public async Task Attack_from_the_container_beside_it_is_refused_when_rendering(string values, string fault)
    {
        var rendered = await RenderAsync(values);

        Assert.False(rendered.Succeeded);
        Assert.Contains(fault, rendered.Errors, StringComparison.Ordinal);
    }

    // An application's init container runs in the same pod.
    [Fact]
    public async Task Init_container_of_the_application_is_held_to_the_same() =>
        Assert.Contains("container migrate keeps NET_RAW", (await RenderAsync("morePod: { initContainers: [ { name: migrate, securityContext: { allowPrivilegeEscalation: false } } ] }")).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task User_of_the_platform_is_the_platforms_to_keep_apart() =>
        Assert.True((await RenderAsync("{ moreContainer: { securityContext: { runAsUser: null } }, authproxy-sidecar: { podSecurity: { assignedByPlatform: true } } }")).Succeeded);

    [Fact]
    public async Task Sidecar_is_scraped_by_the_applications_labels()
    {
        var monitor = (await RenderAsync("authproxy-sidecar: { podMonitor: { enabled: true, labels: { release: prometheus } } }")).Object("PodMonitor");

        Assert.Equal(("application", "api", null, "prometheus"),
            (monitor.Text("spec.selector.matchLabels.app"), monitor.Text("spec.podMetricsEndpoints.0.port"), monitor.Text("spec.podMetricsEndpoints.0.scheme"), monitor.Text("metadata.labels.release")));
    }

    private static Task<Rendered> RenderAsync(string values = "{}", params IReadOnlyList<string> cluster) =>
        HelmCommand.TemplateAsync(Application, values: values, cluster: cluster.Count > 0 ? cluster : null);
}
