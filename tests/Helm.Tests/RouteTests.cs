using AuthProxy.Helm.Tests.Rendering;

namespace AuthProxy.Helm.Tests;

/// <summary>Ingress and HTTPRoute in front of the Proxy.</summary>
public class RouteTests
{
    [Fact]
    public async Task Ingress_serves_the_public_hosts_over_TLS()
    {
        var ingress = (await RenderAsync("standalone: { ingress: { enabled: true, className: nginx, tlsSecret: public, annotations: { a: b } } }")).Object("Ingress");

        Assert.Equal(("app.example.com", "/", "https"),
            (ingress.Text("spec.rules.0.host"), ingress.Text("spec.rules.0.http.paths.0.path"), ingress.Text("spec.rules.0.http.paths.0.backend.service.port.name")));
        Assert.Equal(("nginx", "public", "app.example.com", "b"),
            (ingress.Text("spec.ingressClassName"), ingress.Text("spec.tls.0.secretName"), ingress.Text("spec.tls.0.hosts.0"), ingress.Text("metadata.annotations.a")));
    }

    [Fact]
    public async Task Hosts_and_path_of_the_Ingress_may_be_others()
    {
        var ingress = (await RenderAsync("standalone: { ingress: { enabled: true, hosts: [other.example.com], path: /.authproxy/ } }")).Object("Ingress");

        Assert.Equal(("other.example.com", "/.authproxy/", null), (ingress.Text("spec.rules.0.host"), ingress.Text("spec.rules.0.http.paths.0.path"), ingress.Find("spec.tls")));
    }

    [Fact]
    public async Task Gateway_of_an_HTTPRoute_speaks_TLS_and_believes_one_name()
    {
        var rendered = await RenderAsync("standalone: { httpRoute: { enabled: true, parentRefs: [ { name: public } ] } }");

        var (route, policy) = (rendered.Object("HTTPRoute"), rendered.Object("BackendTLSPolicy"));
        Assert.Equal(("public", "app.example.com", "443"), (route.Text("spec.parentRefs.0.name"), route.Text("spec.hostnames.0"), route.Text("spec.rules.0.backendRefs.0.port")));
        Assert.Equal(("https", "app.example.com", "System"),
            (policy.Text("spec.targetRefs.0.sectionName"), policy.Text("spec.validation.hostname"), policy.Text("spec.validation.wellKnownCACertificates")));
        Assert.Equal("gateway.networking.k8s.io/v1alpha3", policy.Text("apiVersion"));
    }

    [Fact]
    public async Task Authority_of_the_backend_and_the_newer_version_are_taken()
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica],
            "standalone: { httpRoute: { enabled: true, parentRefs: [ { name: public } ], hostnames: [a.example.com], backendTLS: { caConfigMap: ca, hostname: inside.svc } } }",
            ["--kube-version", "1.32.0", "--api-versions", "gateway.networking.k8s.io/v1/BackendTLSPolicy"]);

        var policy = rendered.Object("BackendTLSPolicy");
        Assert.Equal(("gateway.networking.k8s.io/v1", "ca", "inside.svc"), (policy.Text("apiVersion"), policy.Text("spec.validation.caCertificateRefs.0.name"), policy.Text("spec.validation.hostname")));
        Assert.Equal("a.example.com", rendered.Object("HTTPRoute").Text("spec.hostnames.0"));
    }

    private static Task<Rendered> RenderAsync(string values) => HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], values);
}
