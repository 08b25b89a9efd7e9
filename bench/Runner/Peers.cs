using System.Net;
using System.Net.Sockets;

namespace AuthProxy.Bench;

/// <summary>The servers of a run, each with the smallest configuration that does the job.</summary>
internal static class Peers
{
    public static Peer Upstream(string folder)
    {
        var port = FreePort();
        return NginxProcess("upstream", folder, port, $$"""
              server {
                listen 127.0.0.1:{{port}} backlog=1024;
                location / { default_type text/plain; return 200 "{{new string('x', 100)}}"; }
              }
            """);
    }

    public static Peer Nginx(string folder, int upstream)
    {
        var port = FreePort();
        return NginxProcess("nginx, plain proxy", folder, port, $$"""
              upstream application { server 127.0.0.1:{{upstream}}; keepalive 64; }
              server {
                listen 127.0.0.1:{{port}} backlog=1024;
                location / { proxy_pass http://application; proxy_http_version 1.1; proxy_set_header Connection ""; }
              }
            """);
    }

    public static Peer HAProxy(string folder, int upstream, TestToken token)
    {
        var port = FreePort();
        var file = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(file, $$"""
            global
              nbthread 2
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            frontend bench
              bind 127.0.0.1:{{port}}
              http-request set-var(txn.bearer) http_auth_bearer
              http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
              http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
              http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"{{token.PemFile}}") -m int 1 }
              http-request set-header X-User %[var(txn.bearer),jwt_payload_query('$.sub')]
              http-request del-header Authorization
              default_backend application
            backend application
              http-reuse always
              server application 127.0.0.1:{{upstream}}

            """);
        return new Peer("HAProxy with jwt_verify", port, "haproxy", "-db", "-f", file);
    }

    public static Peer BareForwarder(string published, int upstream)
    {
        var port = FreePort();
        return new Peer("bare IHttpForwarder", port, Path.Combine(published, "forwarder", "forwarder"), Text(port), $"http://127.0.0.1:{upstream}");
    }

    public static Peer Proxy(string folder, string published, int upstream, TestToken token)
    {
        var (port, api) = (FreePort(), FreePort());
        var configuration = Path.Combine(folder, "authproxy.yaml");
        File.WriteAllText(configuration, $$"""
            data_folder: {{folder}}/data
            serve:
              proxy: { host: 127.0.0.1, port: {{port}}, public_urls: ["http://127.0.0.1:{{port}}"] }
              api: { host: 127.0.0.1, port: {{api}} }
            assertion: { audiences: [bench] }
            access_rules: { repositories: ["{{folder}}/rules.yaml"] }
            log: { level: warn }
            authenticators:
              jwt: { enabled: true, config: { jwks_urls: ["file://{{token.JwksFile}}"], trusted_issuers: ["https://issuer.example"], target_audience: [bench] } }

            """);
        File.WriteAllText(Path.Combine(folder, "rules.yaml"), $$$"""
            version: authproxy/v1
            rules:
            - id: orders
              match: { path: /** }
              authenticators: [jwt]
              mutators:
              - { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } }
              - { handler: assertion, config: { audience: bench } }
              upstream: http://127.0.0.1:{{{upstream}}}

            """);
        return new Peer("AuthProxy", port, Path.Combine(published, "authproxy", "authproxy"), "serve", "--config", configuration);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Peer NginxProcess(string name, string folder, int port, string servers)
    {
        var file = Path.Combine(folder, $"nginx-{port}.conf");
        File.WriteAllText(file, $$"""
            worker_processes 2;
            daemon off;
            pid {{folder}}/nginx-{{port}}.pid;
            error_log stderr crit;
            events { worker_connections 2048; }
            http {
              access_log off;
              keepalive_requests 1000000;
              client_body_temp_path {{folder}}/b{{port}};
              proxy_temp_path {{folder}}/p{{port}};
              fastcgi_temp_path {{folder}}/f{{port}};
              uwsgi_temp_path {{folder}}/u{{port}};
              scgi_temp_path {{folder}}/s{{port}};
            {{servers}}
            }

            """);
        return new Peer(name, port, "nginx", "-c", file);
    }
}
