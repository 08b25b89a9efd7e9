using System.Collections.Frozen;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Every function that templates know, and why others are left out.</summary>
internal static class FunctionCatalogue
{
    /// <summary>The functions by what they are about, as the documentation shows them.</summary>
    public static readonly IReadOnlyList<(string Title, IReadOnlyList<TemplateFunction> Functions)> Groups =
    [
        ("Built in", BuiltInFunctions.All),
        ("Texts", TextFunctions.All),
        ("Words and lines", WordFunctions.All),
        ("Regular expressions", PatternFunctions.All),
        ("Lists", ListFunctions.All),
        ("Objects", ObjectFunctions.All),
        ("Choices and types", ChoiceFunctions.All),
        ("Numbers", NumberFunctions.All),
        ("Encodings and hashes", EncodingFunctions.All),
        ("Times", TimeFunctions.All),
        ("Addresses and paths", AddressFunctions.All),
    ];

    private static readonly FrozenDictionary<string, TemplateFunction> ByName =
        Groups.SelectMany(group => group.Functions).ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private const string Environment = "reads the proxy's own environment";
    private const string Network = "asks the network for every request";
    private const string Random = "gives another answer each time, for secrets that nobody keeps";
    private const string Keys = "makes keys, certificates or password hashes, which are no rule's business";
    private const string Versions = "compares versions of software";

    /// <summary>What sprig and Go have and templates of rules do not, with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> LeftOut = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["env"] = Environment,
        ["expandenv"] = Environment,
        ["getHostByName"] = Network,
        ["randAlpha"] = Random,
        ["randAlphaNum"] = Random,
        ["randAscii"] = Random,
        ["randBytes"] = Random,
        ["randInt"] = Random,
        ["randNumeric"] = Random,
        ["shuffle"] = Random,
        ["bcrypt"] = Keys,
        ["buildCustomCert"] = Keys,
        ["decryptAES"] = Keys,
        ["derivePassword"] = Keys,
        ["encryptAES"] = Keys,
        ["genCA"] = Keys,
        ["genCAWithKey"] = Keys,
        ["genPrivateKey"] = Keys,
        ["genSelfSignedCert"] = Keys,
        ["genSelfSignedCertWithKey"] = Keys,
        ["genSignedCert"] = Keys,
        ["genSignedCertWithKey"] = Keys,
        ["htpasswd"] = Keys,
        ["semver"] = Versions,
        ["semverCompare"] = Versions,
        ["call"] = "calls functions that values bring, and no value here brings one",
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static TemplateFunction? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A fault for what is left out on purpose; null for what nobody knows.</summary>
    public static string? WhyNot(string name) =>
        LeftOut.TryGetValue(name, out var why) ? $"calls '{name}', which is left out on purpose: it {why}" : null;
}
