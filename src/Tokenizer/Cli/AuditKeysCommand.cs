using System.Buffers;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Audit.Checkpoints;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer audit keys</c>: the public keys of checkpoints as a JSON web key set, to be kept where they are verified.</summary>
internal static class AuditKeysCommand
{
    public static Task<int> RunAsync(string file, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (_, vault) =>
        {
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
            {
                new CheckpointKeys(vault.Ring.LookupKeys).WriteJwks(writer);
            }

            await output.WriteLineAsync(Encoding.UTF8.GetString(json.WrittenSpan));
            return ExitCodes.Success;
        }, cancellation);
}
