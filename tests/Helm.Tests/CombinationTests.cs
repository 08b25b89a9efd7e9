using AuthProxy.Helm.Tests.Rendering;

namespace AuthProxy.Helm.Tests;

/// <summary>Values that need each other: rendering fails, and the sentence says which value to change.</summary>
public class CombinationTests
{
    [Theory]
    [InlineData("proxy: { keys: { existingSecret: '' } }", "proxy.keys.existingSecret is missing", "authproxy keys generate --as secret --name test-authproxy-keys | kubectl apply --namespace apps -f -")]
    [InlineData("proxy: { tls: { existingSecret: '' } }", "proxy.tls.existingSecret is missing", "kubernetes.io/tls")]
    [InlineData("proxy: { rules: null }", "proxy.rules is empty", "without a rule no request gets through")]
    [InlineData("proxy: { rulesConfigMap: team-rules }", "proxy.rules and proxy.rulesConfigMap are both given", "leave one out")]
    [InlineData("proxy: { ports: { api: 8443 } }", "proxy.ports names one port twice (8443, 8443, 8445)", "a port each")]
    [InlineData("proxy: { files: null }", "proxy.config.authenticators.oidc.config.client_secret_file is below /run/authproxy/oidc", "proxy.files: { oidc: { existingSecret: … } }")]
    [InlineData("proxy: { authoritiesFile: /run/authproxy/ca/ca.crt }", "proxy.authoritiesFile is below /run/authproxy/ca", "proxy.files has no ca")]
    [InlineData("proxy: { decisions: { clientAuthoritiesFile: /run/authproxy/callers/ca.crt } }", "proxy.decisions.clientAuthoritiesFile is below /run/authproxy/callers", "proxy.files has no callers")]
    [InlineData("proxy: { api: { tls: false }, config: { serve: { decisions: { callers: [ { name: a, hosts: ['*'] } ] } } } }", "callers show their keys over TLS only", "proxy.api.tls: true")]
    [InlineData("proxy: { config: { authenticators: { oidc: { config: { client_assertion_file: /run/authproxy-token/token } } } } }", "no token is mounted", "proxy.serviceAccountToken.audience")]
    [InlineData("standalone: { replicas: 2 }", "standalone.replicas makes 2 replicas, and proxy.config.sessions.store is sqlite", "proxy.config.sessions.store: redis")]
    [InlineData("{ standalone: { replicas: 2 }, proxy: { config: { sessions: { store: memory } } } }", "proxy.config.sessions.store is memory", "logged out at every other request")]
    [InlineData("{ standalone: { replicas: 2 }, proxy: { config: { sessions: { store: redis } } } }", "proxy.data.existingClaim is one folder for one of them", "leave it out")]
    [InlineData("standalone: { autoscaling: { enabled: true } }", "standalone.autoscaling makes 6 replicas", "proxy.config.sessions.store: redis")]
    [InlineData("{ standalone: { autoscaling: { enabled: true, minReplicas: 9 } }, proxy: { data: { existingClaim: '' }, config: { sessions: { store: redis } } } }", "standalone.autoscaling.minReplicas is 9", "more than maxReplicas (6)")]
    [InlineData("{ standalone: { ingress: { enabled: true } }, proxy: { config: { serve: { proxy: { public_urls: [] } } } } }", "standalone.ingress.enabled is true, and no host is known", "proxy.config.serve.proxy.public_urls")]
    [InlineData("standalone: { httpRoute: { enabled: true } }", "standalone.httpRoute.parentRefs is empty", "name the gateway")]
    [InlineData("{ standalone: { httpRoute: { enabled: true, parentRefs: [ { name: public } ] } }, proxy: { config: { serve: { proxy: { public_urls: [] } } } } }", "standalone.httpRoute.enabled is true, and no host is known", "standalone.httpRoute.hostnames")]
    [InlineData("standalone: { enabled: false }", "standalone.enabled and vault.enabled are both false", "nothing is left to install")]
    public async Task Proxy_that_would_not_work_is_not_rendered(string values, string fault, string remedy) => await RefusesAsync(Charts.OneReplica, values, fault, remedy);

    [Theory]
    [InlineData("vault: { masterKeys: { existingSecret: '' } }", "vault.masterKeys.existingSecret is missing", "kubectl create secret generic test-authproxy-master --namespace apps")]
    [InlineData("vault: { tls: { existingSecret: '' } }", "vault.tls.existingSecret is missing", "test-authproxy-vault.apps.svc")]
    [InlineData("vault: { config: { applications: [] } }", "vault.config.applications is empty", "vault_url")]
    [InlineData("vault: { config: { store: sqlite } }", "vault.replicas is 3, and vault.config.store is sqlite", "vault.config.store: postgres")]
    [InlineData("vault: { config: { postgres: { connection_string_file: '' } } }", "vault.config.store is postgres", "connection_string_file: /run/tokenizer/postgres/connection-string")]
    [InlineData("vault: { config: { postgres: { connection_string_file: /run/tokenizer/db/dsn } } }", "vault.config.postgres.connection_string_file is below /run/tokenizer/db", "vault.files: { db: { existingSecret: … } }")]
    [InlineData("vault: { authoritiesFile: /run/tokenizer/other/ca.crt }", "vault.authoritiesFile is below /run/tokenizer/other", "vault.files has no other")]
    [InlineData("vault: { config: { realm: shop } }", "vault.config.realm is shop, and gateway.config.realm is bank", "within one realm")]
    [InlineData("proxy: { config: { realm: shop } }", "proxy.config.realm is shop, and gateway.config.realm is bank", "one realm")]
    [InlineData("{ standalone: { replicas: 1 }, proxy: { config: { sessions: { store: sqlite } } } }", "proxy.config.sessions.store is sqlite", "two pods that share sessions")]
    [InlineData("gateway: { config: { sessions: { store: sqlite } } }", "vault.replicas makes 3 replicas, and gateway.config.sessions.store is sqlite", "gateway.config.sessions.store: redis")]
    [InlineData("gateway: { realm: { existingSecret: '' } }", "gateway.realm.existingSecret is missing", "share the realm's keys and sign with keys of their own")]
    [InlineData("gateway: { realm: { existingSecret: other-realm } }", "proxy.realm.existingSecret and gateway.realm.existingSecret differ", "share its keys")]
    [InlineData("gateway: { keys: { existingSecret: authproxy-keys } }", "are the same", "only the gateway's key may say who a user is")]
    [InlineData("proxy: { api: { tls: false } }", "the Tokenizer fetches the Proxy's public keys from another pod", "proxy.api.tls: true")]
    [InlineData("gateway: { keys: { existingSecret: '' } }", "gateway.keys.existingSecret is missing", "--name test-authproxy-vault-keys")]
    public async Task Vault_that_would_not_work_is_not_rendered(string values, string fault, string remedy) => await RefusesAsync(Charts.Replicas, values, fault, remedy);

    [Theory]
    [InlineData("proxy: { podMonitor: { enabled: true } }", "the cluster knows no PodMonitor")]
    [InlineData("prometheusRule: { enabled: true }", "the cluster knows no PrometheusRule")]
    public async Task What_the_cluster_does_not_know_is_not_rendered(string values, string fault)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [Charts.OneReplica], values, cluster: ["--kube-version", "1.32.0"]);

        Assert.False(rendered.Succeeded);
        Assert.Contains(fault, rendered.Errors, StringComparison.Ordinal);
    }

    private static async Task RefusesAsync(string file, string values, string fault, string remedy)
    {
        var rendered = await HelmCommand.TemplateAsync(Charts.Authproxy, [file], values);

        Assert.False(rendered.Succeeded);
        Assert.Contains(fault, rendered.Errors, StringComparison.Ordinal);
        Assert.Contains(remedy, rendered.Errors, StringComparison.Ordinal);
    }
}
