namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 08-keto-legacy.json must come to here: one clear fault for each rule that asks the old Keto, and none for the old hydrator.</summary>
public class KetoSampleTests
{
    [Fact]
    public async Task Each_rule_is_told_what_to_write_for_it_and_the_old_hydrator_loads()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => OathkeeperSample.StartAsync("08-keto-legacy.json", []));

        var faults = refused.Message.Split('\n').Where(line => line.Contains("authoriz", StringComparison.Ordinal) || line.Contains("rule '", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, faults.Count);
        Assert.Contains("rule 'keto-old'", faults[0], StringComparison.Ordinal);
        Assert.Contains("(sub 2 1 | int)", faults[0], StringComparison.Ordinal);
        Assert.Contains("rule 'keto-new'", faults[1], StringComparison.Ordinal);
        Assert.Contains("{{ .Extra.email }}", faults[1], StringComparison.Ordinal);
        Assert.All(faults, fault => Assert.Contains("remote_json", fault, StringComparison.Ordinal));
    }
}
