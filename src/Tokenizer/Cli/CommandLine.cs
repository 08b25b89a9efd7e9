using AuthProxy.Hosting;

namespace AuthProxy.Tokenizer.Cli;

/// <summary>The Tokenizer's few commands. Strict: what is not understood is an error, never ignored.</summary>
internal static class CommandLine
{
    private const string Usage =
        """
        The Tokenizer keeps values behind tokens and gives them out to live sessions with a grant.

        usage: tokenizer serve --config FILE         Runs the service until SIGTERM or Ctrl-C.
               tokenizer keys status --config FILE   Says what each version of the master key is for, and whether it may be destroyed.
               tokenizer keys rotate --config FILE [--wait TIME]
                                                     Lets the newest version seal, moves everything to it and retires the others;
                                                     run again, it goes on. Replicas may take that long (1m) to learn of a key.
               tokenizer keys generate               Prints a new master key.
               tokenizer keys generate --config FILE Makes the next version in the folder of master keys.
               tokenizer backup --config FILE --to FILE
                                                     Copies the SQLite database while the service runs, and checks the copy.
               tokenizer restore --config FILE --from FILE
                                                     Makes a backup the database, where there is none. Ends every session.
               tokenizer config check --config FILE  Reads the configuration and prints every fault in it.
               tokenizer config schema --out FOLDER  Writes the configuration's JSON Schema there.
               tokenizer config docs                 Prints every key with type, default, bounds and meaning.
               tokenizer audit verify --config FILE [--checkpoints FILE]... [--jwks FILE]
                                                     Looks for changed, moved and missing lines of the audit.
               tokenizer audit export --config FILE [--since TIME] [--until TIME] [--session HASH] [--token HASH]
                                                     Prints the audit's lines as JSON.
               tokenizer audit keys --config FILE    Prints the public keys that checkpoints are verified with.
               tokenizer audit hash --config FILE    Reads tokens and session ids, prints their hashes in the audit.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        switch (arguments)
        {
            case ["serve", "--config", var file]:
                return await ServeCommand.RunAsync(file, errors, cancellation);
            case ["keys", "status", "--config", var file]:
                return await KeysStatusCommand.RunAsync(file, output, errors, cancellation);
            case ["keys", "rotate", "--config", var file]:
                return await KeysRotateCommand.RunAsync(file, KeysRotateCommand.DefaultWait, output, errors, cancellation);
            case ["keys", "rotate", "--config", var file, "--wait", var wait]:
                return await KeysRotateCommand.RunAsync(file, wait, output, errors, cancellation);
            case ["keys", "generate"]:
                return await KeysGenerateCommand.RunAsync(output);
            case ["keys", "generate", "--config", var file]:
                return await KeysGenerateCommand.RunAsync(file, output, errors, cancellation);
            case ["backup", "--config", var file, "--to", var target]:
                return await BackupCommand.RunAsync(file, target, output, errors, cancellation);
            case ["restore", "--config", var file, "--from", var backup]:
                return await RestoreCommand.RunAsync(file, backup, TimeProvider.System, output, errors, cancellation);
            case ["config", "check", "--config", var file]:
                return await ConfigCheckCommand.RunAsync(file, output, errors, cancellation);
            case ["config", "schema", "--out", var folder]:
                SchemaCommands.Catalogue().WriteTo(folder);
                return ExitCodes.Success;
            case ["config", "docs"]:
                SchemaCommands.WriteDocs(output);
                return ExitCodes.Success;
            case ["audit", ..] when await AuditCommands.RunAsync([.. arguments.Skip(1)], Console.In, output, errors, cancellation) is { } code:
                return code;
            case ["help" or "--help" or "-h"]:
                await output.WriteLineAsync(Usage);
                return ExitCodes.Success;
            default:
                await errors.WriteLineAsync(Usage);
                return ExitCodes.Usage;
        }
    }
}
