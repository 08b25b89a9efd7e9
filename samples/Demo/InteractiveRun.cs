namespace AuthProxy.Demo;

/// <summary>Everything runs until Ctrl-C.</summary>
internal static class InteractiveRun
{
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken stop)
    {
        var addresses = DemoAddresses.Choose(options);
        using var workspace = DemoWorkspace.Prepare(options, addresses);
        await using (var system = await DemoSystem.StartAsync(workspace, addresses, stop))
        {
            Console.WriteLine(
                $"""

                The bank                 {addresses.Bank}
                  log in as              alice / alice-demo    or    bob / bob-demo
                The vault (in a frame)   {addresses.Vault}
                Identity provider        {addresses.IdentityProvider}
                Proxy: health, metrics,  {addresses.ProxyApi}/health/ready   /metrics
                  signing keys           {addresses.ProxyApi}/.well-known/jwks.json
                Tokenizer                {addresses.TokenizerUsers} (users)   {addresses.TokenizerServices} (services)

                Rules                    {Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(workspace.Root, "config", "rules"))}   edit them: they are live within a second
                Logs                     {Path.GetRelativePath(Environment.CurrentDirectory, workspace.Logs)}

                Ctrl-C stops everything.
                """);
            try
            {
                var ended = await system.WaitForFirstExitAsync(stop);
                if (!stop.IsCancellationRequested)
                {
                    Console.Error.WriteLine($"demo: {ended} ended by itself; its log is in {workspace.Logs}");
                    return 1;
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // That is how it is meant to end.
            }

            Console.WriteLine("Stopping.");
        }

        return 0;
    }
}
