using AuthProxy.Proxy;
using AuthProxy.Proxy.Cli;
#if DEVELOPMENT
using AuthProxy.Proxy.Development;
#endif

// The commands, each in a file of its own. What a request meets, in order, is ProxyPipeline.cs; the process around it is ProxyHost.cs.
var commands = new CommandLine(
    [
        ServeCommand.Command,
#if DEVELOPMENT
        DevCommand.Command,
#endif
        ConfigCheckCommand.Command,
        SchemaCommands.Schema,
        SchemaCommands.Docs,
        KeysCommand.Generate,
        VersionCommand.Command,
    ],
    CommandConsole.Standard());

return await commands.RunAsync(args, CancellationToken.None);
