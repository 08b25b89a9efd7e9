using AuthProxy.Proxy.Cli.RuleCommands;
using AuthProxy.Proxy.Cli.SessionCommands;
#if DEVELOPMENT
using AuthProxy.Proxy.Development;
#endif

namespace AuthProxy.Proxy.Cli;

/// <summary>Everything that the program can be asked for; docs/cli.md says the same.</summary>
internal static class Commands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ServeCommand.Command,
#if DEVELOPMENT
        DevCommand.Command,
#endif
        RulesListCommand.Command,
        RulesTestCommand.Command,
        RulesExplainCommand.Command,
        ConfigCheckCommand.Command,
        SchemaCommands.Schemas,
        SchemaCommands.Docs,
        KeysCommand.Generate,
        ClientKeyCommand.Command,
        RealmKeyCommands.Status,
        RealmKeyCommands.Rotate,
        RealmKeyCommands.Prune,
        ApiKeysCommand.Command,
        SessionsListCommand.Command,
        SessionsEndCommand.Command,
        VersionCommand.Command,
    ];
}
