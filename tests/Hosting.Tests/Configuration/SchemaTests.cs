using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tests.Configuration;

public class SchemaTests
{
    private const string Sound = "trusted_issuers: [https://id.example.com]\n";

    [Fact]
    public void Defaults_hold_for_what_is_not_written()
    {
        var (settings, faults) = SampleSettings.Read(Sound);

        Assert.Empty(faults);
        Assert.Equal(new SampleListener("127.0.0.1", 4455, 32 * 1024), settings!.Serve);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.ClockSkew);
        Assert.Null(settings.Password);
        Assert.Null(settings.Workers);
        Assert.Empty(settings.Upstreams);
    }

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var (settings, faults) = SampleSettings.Read("""
            serve: { host: "::1", port: 80, header_bytes: 64Ki }
            trusted_issuers:
            - https://id.example.com
            clock_skew: 1m30s
            password: hunter2
            store: sqlite
            workers: 4
            upstreams: { app: http://127.0.0.1:3000/a%2Fb }
            extra: { deep: [1, "1", true, null] }
            """);

        Assert.Empty(faults);
        Assert.Equal(new SampleListener("::1", 80, 64 * 1024), settings!.Serve);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.ClockSkew);
        Assert.Equal("hunter2", settings.Password!.Reveal());
        Assert.Equal(SampleStore.Sqlite, settings.Store);
        Assert.Equal(4, settings.Workers);
        Assert.Equal("http://127.0.0.1:3000/a%2Fb", settings.Upstreams["app"].OriginalString);
        Assert.Equal("extra.deep", Assert.IsType<ConfigMapping>(settings.Extra)["deep"]!.Key);
    }

    [Fact]
    public void All_faults_come_at_once_each_with_file_line_key_and_what_would_be_right()
    {
        var (settings, faults) = SampleSettings.Read("""
            serve:
              port: 70000
              hots: 127.0.0.1
              header_bytes: [1]
            trusted_issuers: []
            clock_skew: 10m
            store: redis
            workers: many
            upstreams:
              app: ftp://x
            audience: x
            """);

        Assert.Null(settings);
        Assert.Equal(
        [
            "c.yaml:2: serve.port is 70000; at most 65535",
            "c.yaml:4: serve.header_bytes is a list; write a size such as 16MiB",
            "c.yaml:3: serve.hots is not a known key; did you mean host?",
            "c.yaml:5: trusted_issuers is empty; name at least one issuer",
            "c.yaml:6: clock_skew is 10m; at most 5m",
            "c.yaml:7: store is redis; write one of memory, sqlite",
            "c.yaml:8: workers is many; write a whole number",
            "c.yaml:10: upstreams.app is ftp://x; write an address with http:// or https://",
            "c.yaml:11: audience is not a known key (known: serve, trusted_issuers, clock_skew, password, password_file, store, workers, upstreams, extra)",
        ], faults);
    }

    [Fact]
    public void Optional_sections_and_lists_are_null_where_absent()
    {
        var schema = Declare.Object<string>("x", "", o =>
        {
            var section = o.Object("section", SampleSettings.Schema, "").Optional();
            var list = o.List("list", Declare.Text, "").Optional();
            return read => $"{read.Get(section) is null} {read.Get(list) is null}";
        });

        Assert.Equal("True True", Read(schema, "{}"));
    }

    [Fact]
    public void Missing_required_list_says_what_to_name() =>
        Assert.Equal(["c.yaml:1: trusted_issuers is empty; name at least one issuer"], SampleSettings.Read("store: memory").Faults);

    [Theory]
    [InlineData("trusted_issuers: x", "c.yaml:1: trusted_issuers is a single value; write a list of text")]
    [InlineData("trusted_issuers:", "c.yaml:1: trusted_issuers is empty; write a list of text")]
    [InlineData("trusted_issuers: [a]\nclock_skew:", "c.yaml:2: clock_skew is empty; write a duration such as 30s or remove the key")]
    [InlineData("trusted_issuers: [a]\nserve: 7", "c.yaml:2: serve is a single value; write a mapping (host, port, header_bytes)")]
    [InlineData("- a", "c.yaml:1: the file is a list; write a mapping (serve, trusted_issuers, clock_skew, password, password_file, store, workers, upstreams, …)")]
    [InlineData("trusted_issuers: [a, {b: 1}]", "c.yaml:1: trusted_issuers[1] is a mapping; write text")]
    public void Wrong_shape_says_what_would_be_right(string yaml, string fault) =>
        Assert.Equal([fault], SampleSettings.Read(yaml).Faults);

    [Fact]
    public void Keys_of_other_products_are_accepted_with_a_warning_or_refused_with_the_reason()
    {
        var document = ConfigDocument.Parse(Sound + "version: v0.40\nleak_sensitive_values: true", "c.yaml", "AUTHPROXY", new Dictionary<string, string>());

        Assert.Null(document.Read(SampleSettings.Schema));
        Assert.Equal("c.yaml:3: leak_sensitive_values is not supported: secrets are never logged", Assert.Single(document.Faults).ToString());
        Assert.Equal("c.yaml:2: version has no effect: there is one version only", Assert.Single(document.Faults.Warnings).ToString());
    }

    [Fact]
    public void Short_form_and_long_form_are_told_apart_by_shape()
    {
        var listener = Declare.OneOf(scalar: Declare.Integer.Select(port => new SampleListener("x", port, 0)), mapping: SampleListener.Schema);

        Assert.Equal(80, Read(listener, "80")!.Port);
        Assert.Equal(81, Read(listener, "port: 81")!.Port);
        Assert.Null(Read(listener, "[80]"));
    }

    [Fact]
    public void Record_is_checked_as_a_whole_where_one_key_cannot_know()
    {
        var schema = Declare.Object<string>("tls", "", o =>
        {
            var cert = o.Text("cert", "").Optional();
            var key = o.Text("key", "").Optional();
            return read =>
            {
                if (read.Get(cert) is not null && read.Get(key) is null)
                {
                    read.Fault(cert, "is given without a key");
                }

                return "";
            };
        });
        var faults = new ConfigFaults();

        Assert.Null(schema.Read(ConfigReader.ReadText("\ncert: a", "c.yaml", faults)[0], faults));
        Assert.Equal("c.yaml:2: cert is given without a key", Assert.Single(faults).ToString());
    }

    [Theory]
    [InlineData("10.0.0.0/8", true), InlineData("::1", true), InlineData("10.0.0.1/8", false), InlineData("x", false)]
    public void Network_is_a_range_or_one_address(string text, bool sound) =>
        Assert.Equal(sound, Declare.Network.TryRead(new ConfigScalar("f", 1, "k", text, true), new ConfigFaults(), out _));

    [Fact]
    public void Address_with_a_password_is_not_repeated_in_a_fault()
    {
        var (_, faults) = SampleSettings.Read(Sound + "upstreams: { db: postgres://admin:hunter2@db }");

        Assert.DoesNotContain("hunter2", Assert.Single(faults), StringComparison.Ordinal);
    }

    private static T? Read<T>(Schema<T> schema, string yaml)
        where T : class
    {
        var faults = new ConfigFaults();
        return schema.Read(ConfigReader.ReadText(yaml, "c.yaml", faults)[0], faults);
    }
}
