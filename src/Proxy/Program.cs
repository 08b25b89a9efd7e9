using AuthProxy.Proxy.Cli;

// The commands are Cli/Commands.cs. What a request meets, in order, is ProxyPipeline.cs; the process around it is ProxyHost.cs.
return await new CommandLine(Commands.All, CommandConsole.Standard()).RunAsync(args, CancellationToken.None);
