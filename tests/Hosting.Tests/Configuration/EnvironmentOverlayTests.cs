namespace AuthProxy.Hosting.Tests.Configuration;

public class EnvironmentOverlayTests
{
    private const string Sound = "trusted_issuers: [https://id.example.com]\n";

    [Fact]
    public void Variable_wins_over_the_file()
    {
        var (settings, faults) = SampleSettings.Read(
            Sound + "serve: { port: 80, host: ::1 }", ("AUTHPROXY__SERVE__PORT", "81"), ("AUTHPROXY__CLOCK_SKEW", "1m"), ("AUTHPROXY__PASSWORD", "p"));

        Assert.Empty(faults);
        Assert.Equal((81, "::1"), (settings!.Serve.Port, settings.Serve.Host));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.ClockSkew);
        Assert.Equal("p", settings.Password!.Reveal());
    }

    [Fact]
    public void Lists_are_set_by_index_or_as_flow_yaml()
    {
        Assert.Equal(["b"], SampleSettings.Read(Sound, ("AUTHPROXY__TRUSTED_ISSUERS__0", "b")).Settings!.Issuers);
        Assert.Equal(["https://id.example.com", "b"], SampleSettings.Read(Sound, ("AUTHPROXY__TRUSTED_ISSUERS__1", "b")).Settings!.Issuers);
        Assert.Equal(["a", "b"], SampleSettings.Read("", ("AUTHPROXY__TRUSTED_ISSUERS__0", "a"), ("AUTHPROXY__TRUSTED_ISSUERS__1", "b")).Settings!.Issuers);
        Assert.Equal(["a", "b"], SampleSettings.Read(Sound, ("AUTHPROXY__TRUSTED_ISSUERS", "[a, b]")).Settings!.Issuers);
        Assert.Equal(82, SampleSettings.Read(Sound, ("AUTHPROXY__SERVE", "{port: 82}")).Settings!.Serve.Port);
    }

    [Fact]
    public void Secret_that_looks_like_yaml_stays_text() =>
        Assert.Equal("[{&*", SampleSettings.Read(Sound, ("AUTHPROXY__PASSWORD", "[{&*")).Settings!.Password!.Reveal());

    [Fact]
    public void Names_with_single_underscores_are_left_to_kubernetes() =>
        Assert.Empty(SampleSettings.Read(Sound, ("AUTHPROXY_SERVICE_HOST", "10.0.0.1"), ("AUTHPROXY_PORT", "tcp://10.0.0.1:80"), ("AUTHPROXYX__A", "1")).Faults);

    [Theory]
    [InlineData("AUTHPROXY__SERV__PORT", "environment variable AUTHPROXY__SERV__PORT: serv is not a known key; did you mean serve?")]
    [InlineData("AUTHPROXY__SERVE__PROT", "environment variable AUTHPROXY__SERVE__PROT: serve.prot is not a known key; did you mean port?")]
    [InlineData("AUTHPROXY__SERVE__PORT", "environment variable AUTHPROXY__SERVE__PORT: serve.port is x; write a whole number")]
    [InlineData("AUTHPROXY__SERVE__PORT__X", "environment variable AUTHPROXY__SERVE__PORT__X: serve.port is a mapping; write a whole number")]
    [InlineData("AUTHPROXY____X", "environment variable AUTHPROXY____X: the name has an empty part; write PREFIX__KEY__KEY")]
    [InlineData("AUTHPROXY__TRUSTED_ISSUERS__7", "environment variable AUTHPROXY__TRUSTED_ISSUERS__7: trusted_issuers has 1 items; the next one is number 1")]
    public void Variable_that_fits_no_key_is_a_fault_that_names_it(string name, string fault) =>
        Assert.Equal([fault], SampleSettings.Read(Sound, (name, "x")).Faults);

    [Fact]
    public void Two_variables_for_one_place_are_a_fault() =>
        Assert.Equal(
            ["environment variable AUTHPROXY__SERVE__PORT: the variable overlaps with AUTHPROXY__SERVE; set one of them"],
            SampleSettings.Read(Sound, ("AUTHPROXY__SERVE", "{port: 1}"), ("AUTHPROXY__SERVE__PORT", "2")).Faults);

    [Fact]
    public void Broken_flow_yaml_in_a_variable_is_not_repeated()
    {
        var (_, faults) = SampleSettings.Read(Sound, ("AUTHPROXY__SERVE", "{hunter2: 'x"));

        Assert.NotEmpty(faults);
        Assert.DoesNotContain(faults, fault => fault.Contains("hunter2", StringComparison.Ordinal));
    }
}
