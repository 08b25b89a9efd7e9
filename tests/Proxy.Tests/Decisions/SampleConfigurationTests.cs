using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Decisions;

public class SampleConfigurationTests
{
    [Fact]
    public void Callers_of_the_integrations_load_with_a_convention_for_each()
    {
        using var folder = new TestFolder();
        foreach (var caller in (string[])["nginx", "caddy", "traefik", "envoy"])
        {
            folder.Write($"keys/{caller}", DecisionWorld.KeyOf(caller) + "\n");
        }

        var text = File.ReadAllText(Path.Combine(Repository.Root, "samples", "integrations", "authproxy.yaml")).Replace("./keys", $"{folder.Path}/keys", StringComparison.Ordinal);
        var document = ConfigDocument.Parse(text, "authproxy.yaml", "AUTHPROXY", new Dictionary<string, string>());

        var settings = document.Read(ProxySettings.Schema);

        Assert.Empty(document.Faults);
        Assert.Equal(["nginx", "caddy", "traefik", "envoy", "oathkeeper"], settings!.Serve.Decisions.Callers.Select(caller => caller.Convention.Name));
    }

    [Theory]
    [InlineData("traefik.yaml"), InlineData("envoy.yaml")]
    public void Configurations_that_are_not_run_here_are_well_formed(string name)
    {
        var faults = new ConfigFaults();

        var documents = ConfigReader.ReadText(File.ReadAllText(Path.Combine(Repository.Root, "samples", "integrations", name)), name, faults);

        Assert.Empty(faults);
        Assert.Single(documents);
    }
}
