using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>What may be written in each kind of rule file; for editors.</summary>
public static class RuleSchemas
{
    /// <summary>Rules of our form.</summary>
    public static Schema Ours => RuleFile.Schema;

    /// <summary>A bare list: Oathkeeper's form.</summary>
    public static Schema Oathkeeper => OathkeeperFile.Schema;

    /// <summary>Tests in a file of their own.</summary>
    public static Schema Tests => RuleTestFile.Schema;
}
