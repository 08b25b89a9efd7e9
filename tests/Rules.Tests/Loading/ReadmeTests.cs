using AuthProxy.Rules.Loading;
using AuthProxy.TestKit;

namespace AuthProxy.Rules.Tests.Loading;

public class ReadmeTests
{
    [Fact]
    public void Rules_in_the_readme_load()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var block = readme.Split("```yaml\n")[1].Split("```")[0];

        var load = RuleFileReader.LoadText(block, "README.md");

        Assert.Empty(load.Faults);
        Assert.NotEmpty(load.Rules);
    }
}
