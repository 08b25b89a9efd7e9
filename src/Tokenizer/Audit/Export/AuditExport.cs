using System.Buffers;
using System.Text;
using System.Text.Json;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Export;

/// <summary>Writes lines as JSON, one object a line, chain after chain. It holds one page of them, however many there are.</summary>
internal sealed class AuditExport(IAuditRecords store, ActorSeal actors, LineSeal seal)
{
    private const int Page = 1000;

    public async Task WriteAsync(TextWriter output, AuditFilter filter, CancellationToken cancellation)
    {
        foreach (var chain in await store.ReadChainsAsync(cancellation))
        {
            long last = 0;
            for (var page = await store.ReadLinesAsync(chain.Id, last, Page, cancellation); page.Count > 0; page = await store.ReadLinesAsync(chain.Id, last, Page, cancellation))
            {
                foreach (var row in page)
                {
                    last = row.Sequence;
                    if (seal.Open(row.Line) is not { } line)
                    {
                        throw new InvalidDataException($"line {row.Sequence} of chain {Convert.ToHexStringLower(chain.Id)} was changed; verify the audit");
                    }

                    if (filter.Takes(line))
                    {
                        await output.WriteAsync(JsonOf(line, row.Line).AsMemory(), cancellation);
                    }
                }
            }
        }
    }

    private string JsonOf(AuditLine line, byte[] row)
    {
        var text = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(line.Time).UtcDateTime);
            writer.WriteString("action", line.Action);
            writer.WriteString("outcome", line.Refusal.Length == 0 ? "done" : "refused");
            WriteText(writer, "reason", line.Refusal);
            WriteText(writer, "application", line.Application);
            if (line.Actor.Length > 0)
            {
                // Changed, or sealed under a key that is gone: said, and no reason to keep the rest back.
                var actor = actors.Open(line);
                writer.WriteString("issuer", actor?.Issuer);
                writer.WriteString("subject", actor?.Subject);
            }

            WriteHash(writer, "session", line.Session);
            WriteHash(writer, "token", line.Token);
            WriteText(writer, "caller", line.Caller);
            WriteText(writer, "key", line.KeyId);
            WriteText(writer, "rule", line.Rule);
            WriteText(writer, "trace", line.TraceId);
            writer.WriteNumber("count", line.Count);
            WriteHash(writer, "chain", line.Chain);
            writer.WriteNumber("sequence", line.Sequence);
            WriteHash(writer, "previous", line.Previous);
            WriteHash(writer, "hash", AuditLine.HashOf(row));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan) + "\n";
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteHash(Utf8JsonWriter writer, string name, byte[] hash)
    {
        if (hash.Length > 0)
        {
            writer.WriteString(name, Convert.ToHexStringLower(hash));
        }
    }
}
