using AuthProxy.Proxy;
using AuthProxy.Proxy.Cli;

// The commands, each in a file of its own. What a request meets, in order, is ProxyPipeline.cs; the process around it is ProxyHost.cs.
var commands = new CommandLine(
    [
        ServeCommand.Command,
        VersionCommand.Command,
    ],
    CommandConsole.Standard());

return await commands.RunAsync(args, CancellationToken.None);
