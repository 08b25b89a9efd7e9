using AuthProxy.Hosting;
using AuthProxy.Proxy.Authentication.ApiKey;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy keys api</c>: a key for a program, and what the file of keys holds of it.</summary>
internal static class ApiKeysCommand
{
    public static Command Command { get; } = new(
        "keys api",
        "Makes an API key: the key on standard error, for its owner; its entry, which holds only a hash, on standard output.",
        [new("--id", "ID", "Who the key is for; the subject that rules see.") { IsRequired = true }],
        (arguments, console, _) =>
        {
            var id = arguments["--id"]!;
            if (!ApiKeyEntry.IsId(id))
            {
                console.Error.WriteLine($"authproxy: --id: {ApiKeyEntry.IdBound}");
                return Task.FromResult(ExitCodes.Usage);
            }

            // Apart, so that '>> keys.yaml' appends the entry and never the key.
            var made = ApiKeys.Generate(id);
            console.Error.WriteLine($"key (shown once): {made.Key}");
            console.Output.Write(made.Entry);
            return Task.FromResult(ExitCodes.Success);
        });
}
