using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

/// <summary>The rules that come with the project.</summary>
public class SuppliedRulesTests
{
    [Fact]
    public void Supplied_rules_load_within_their_sources_limits()
    {
        var rules = Path.Combine(RepositoryRoot(), "config", "rules");
        var load = RuleFileReader.Load([
            new RuleSource(Path.Combine(rules, "bank")) { Limits = new RuleSourceLimits { Hosts = ["bank.app.localhost"], Upstreams = ["http://127.0.0.1:4470"], Audiences = ["bank"] } },
            new RuleSource(Path.Combine(rules, "vault")) { Limits = new RuleSourceLimits { Hosts = ["vault.app.localhost"], Upstreams = ["tokenizer"] } },
        ]);

        var set = Loads.Set(load);

        Assert.Equal("bank-ssn-write", set.Answer("PUT", "http://bank.app.localhost:4455/api/profile/ssn"));
        Assert.Equal("bank-ssn-write", set.Answer("PUT", "http://bank.app.localhost:4455/API/Profile/SSN/"));
        Assert.Equal("bank", set.Answer("GET", "http://bank.app.localhost:4455/api/profile/ssn"));
        Assert.Equal("vault-detokenize", set.Answer("POST", "http://vault.app.localhost:4455/detokenize"));
        Assert.Equal("-", set.Answer("GET", "http://vault.app.localhost:4455/detokenize"));
        Assert.Equal("-", set.Answer("GET", "http://other.app.localhost:4455/"));
    }

    [Fact]
    public void Example_of_every_policy_loads_and_shows_every_key()
    {
        var file = Path.Combine(RepositoryRoot(), "config", "rules", "examples", "policies.yaml");
        var load = RuleFileReader.Load([new RuleSource(file)]);
        var text = File.ReadAllText(file);

        Assert.Equal("reports", Loads.Set(load).Answer("GET", "http://a.test/reports/2030"));
        Assert.Empty(load.Warnings);
        Assert.All(
            [
                "decision:", "response:", "activity:", "max_body:", "any_of:", "all_of:", "not:", "requests:", "per:", "by: address", "by: subject", "by: session", "by: rule", "burst:",
                "allowed_origins:", "allowed_methods:", "allowed_headers:", "exposed_headers:", "allow_credentials:", "max_age:", "message:", "retry_after:", "networks:", ": none",
            ],
            key => Assert.Contains(key, text, StringComparison.Ordinal));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
