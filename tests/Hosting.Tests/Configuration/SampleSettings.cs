using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public enum SampleStore
{
    Memory,
    Sqlite,
}

public sealed record SampleListener(string Host, int Port, long HeaderBytes)
{
    public static readonly Schema<SampleListener> Schema = Declare.Object<SampleListener>("listener", "Where requests come in.", o =>
    {
        var host = o.Text("host", "Address to listen on.").Default("127.0.0.1");
        var port = o.Integer("port", "Port to listen on.").Default(4455).AtLeast(1).AtMost(65535);
        var header = o.Bytes("header_bytes", "All header lines of a request together.").Default("32KiB").AtMost("1MiB");
        return read => new SampleListener(read.Get(host), read.Get(port), read.Get(header));
    });
}

public sealed record SampleSettings(
    SampleListener Serve,
    IReadOnlyList<string> Issuers,
    TimeSpan ClockSkew,
    Secret? Password,
    SampleStore Store,
    int? Workers,
    IReadOnlyDictionary<string, Uri> Upstreams,
    ConfigNode? Extra)
{
    public static readonly Schema<SampleSettings> Schema = Declare.Object<SampleSettings>("sample", "Every kind of setting.", o =>
    {
        var serve = o.Object("serve", SampleListener.Schema, "The listener.");
        var issuers = o.List("trusted_issuers", Declare.Text, "Issuers whose tokens are believed.").NotEmpty("name at least one issuer");
        var skew = o.Duration("clock_skew", "Clock difference tolerated.").Default("30s").AtMost("5m");
        var password = o.Secret("password", "Of the store.").Optional();
        var store = o.Choice("store", "Where sessions are kept.", ("memory", SampleStore.Memory), ("sqlite", SampleStore.Sqlite)).Default("memory");
        var workers = o.Integer("workers", "Threads.").AtLeast(1).Optional();
        var upstreams = o.Map("upstreams", "name", Declare.Url(), "Where requests go.");
        var extra = o.Raw("extra", "Read later.").Optional();
        o.Accepted("version", "there is one version only");
        o.Refused("leak_sensitive_values", "secrets are never logged");
        return read => new SampleSettings(
            read.Get(serve), read.Get(issuers), read.Get(skew), read.Get(password), read.Get(store), read.Get(workers), read.Get(upstreams), read.Get(extra));
    });

    public static (SampleSettings? Settings, string[] Faults) Read(string yaml, params (string Name, string Value)[] environment)
    {
        var document = ConfigDocument.Parse(yaml, "c.yaml", "AUTHPROXY", environment.ToDictionary(e => e.Name, e => e.Value));
        var settings = document.Read(Schema);
        return (settings, [.. document.Faults.Select(fault => fault.ToString())]);
    }
}
