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
            new RuleSource(Path.Combine(rules, "vault")) { Limits = new RuleSourceLimits { Hosts = ["vault.app.localhost"], Upstreams = ["http://127.0.0.1:4471", "tokenizer"] } },
        ]);

        var set = Loads.Set(load);

        Assert.Equal("bank-ssn-write", set.Answer("PUT", "http://bank.app.localhost:4455/api/profile/ssn"));
        Assert.Equal("bank-ssn-write", set.Answer("PUT", "http://bank.app.localhost:4455/API/Profile/SSN/"));
        Assert.Equal("bank", set.Answer("GET", "http://bank.app.localhost:4455/api/profile/ssn"));
        Assert.Equal("vault-detokenize", set.Answer("POST", "http://vault.app.localhost:4455/detokenize"));
        Assert.Equal("-", set.Answer("GET", "http://vault.app.localhost:4455/detokenize"));
        Assert.Equal("-", set.Answer("GET", "http://other.app.localhost:4455/"));
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
