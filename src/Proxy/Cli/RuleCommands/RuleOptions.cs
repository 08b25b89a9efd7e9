namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>The options by which every <c>rules</c> command is told which rules it is about.</summary>
internal static class RuleOptions
{
    public const string Config = "--config";
    public const string Rules = "--rules";
    public const string Strategy = "--strategy";
    public const string Output = "--output";
    public const string Json = "json";

    public static readonly IReadOnlyList<CommandOption> All =
    [
        new(Config, "FILE", "The configuration file that names the rules.") { Default = "config/authproxy.yaml" },
        new(Rules, "PATH", "A file or folder of rules to look at without any configuration: every handler is enabled, with its defaults.") { IsRepeatable = true },
        new(Strategy, "NAME", "regexp or glob: how Oathkeeper's rules of --rules write patterns.") { Default = "regexp", Choices = ["regexp", "glob"] },
        new(Output, "FORM", "text or json.") { Default = "text", Choices = ["text", Json] },
    ];

    public static bool WantsJson(CommandArguments arguments) => arguments[Output] == Json;

    /// <summary>What is wrong with the options together; null where nothing is.</summary>
    public static string? FaultOf(CommandArguments arguments) =>
        arguments.Has(Config) && arguments.Has(Rules) ? $"{Config} and {Rules} are two ways to say which rules; give one"
        : arguments.Has(Strategy) && !arguments.Has(Rules) ? $"{Strategy} is for {Rules}; a configuration says access_rules.matching_strategy"
        : null;
}
