using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer config schema</c> and <c>config docs</c>: what may be written, for editors and for people.</summary>
internal static class SchemaCommands
{
    public static SchemaCatalogue Catalogue() => new SchemaCatalogue().Register("tokenizer", TokenizerSettings.Schema);

    /// <summary>The whole of docs/configuration-tokenizer.md.</summary>
    public static void WriteDocs(TextWriter output)
    {
        output.Write(
            """
            # Configuration of the Tokenizer

            Made by `tokenizer config docs` from the same declarations that read the file: do not edit.
            Its JSON Schema is `config/schema/tokenizer.schema.json`.

            - Every key may come from the environment instead: `TOKENIZER__SERVE__USERS__PORT=8081` is `serve.users.port`.
            - Every secret may come from a file instead, by the same key with `_file` behind it.
            - `tokenizer config check --config FILE` says everything that is wrong, with file, line and key.


            """.ReplaceLineEndings("\n"));
        Catalogue().WriteMarkdown(output);
    }
}
