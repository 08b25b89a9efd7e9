using AuthProxy.TestKit;

namespace AuthProxy.Rules.Tests;

/// <summary>Sample rule files in Oathkeeper's format; each says what must come out of it.</summary>
internal static class ReferenceFiles
{
    public static string Path(string name) =>
        System.IO.Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", name);
}
