using System.Text;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy config schema</c> and <c>config docs</c>: what may be written, for editors and for people.</summary>
internal static class SchemaCommands
{
    public static Command Schemas { get; } = new(
        "config schema",
        "Writes the JSON Schemas of the configuration file, of rule files and of every handler.",
        [new("--out", "FOLDER", "Writes all of them there; without it the named one is printed, or the list of names.")],
        async (arguments, console, cancellation) =>
        {
            var catalogue = await CatalogueAsync(cancellation);
            if (arguments["--out"] is { } folder)
            {
                catalogue.WriteTo(folder);
                return ExitCodes.Success;
            }

            return Print(catalogue, arguments.Operands is [var name] ? name : null, console);
        })
    {
        Operands = ["NAME"],
    };

    public static Command Docs { get; } = new(
        "config docs",
        "Prints docs/configuration.md: every key with type, default, bounds and meaning.",
        [],
        async (_, console, cancellation) =>
        {
            WriteDocs(console.Output, await CatalogueAsync(cancellation));
            return ExitCodes.Success;
        });

    /// <summary>Every kind of file and handler that this program knows.</summary>
    public static async Task<SchemaCatalogue> CatalogueAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var catalogue = new SchemaCatalogue()
            .Register("authproxy", ProxySettings.Schema)
            .Register("rules", RuleSchemas.Ours)
            .Register("oathkeeper-rules", RuleSchemas.Oathkeeper)
            .Register("rule-tests", RuleSchemas.Tests);
        using var scratch = new ScratchFolder();
        var settings = ConfigDocument.Parse("", "defaults", "AUTHPROXY", new Dictionary<string, string>()).Read(ProxySettings.Schema)! with { DataFolder = scratch.Path };
        await using var app = ProxyHost.Build(settings, null, ProxyKeys.Load(settings.KeysFolder, new ConfigFaults())!, TimeProvider.System);
        var handlers = app.Services.GetRequiredService<HandlerCatalogue>();
        Register(catalogue, "authenticators", handlers.Authenticators);
        Register(catalogue, "authorizers", handlers.Authorizers);
        Register(catalogue, "mutators", handlers.Mutators);
        Register(catalogue, "errors", handlers.Errors);
        return catalogue;
    }

    /// <summary>The whole of docs/configuration.md.</summary>
    public static void WriteDocs(TextWriter output, SchemaCatalogue catalogue)
    {
        output.Write(
            """
            # Configuration of the Proxy

            Made by `authproxy config docs` from the same declarations that read the files: do not edit.
            JSON Schemas of all of it are in `config/schema`.

            - Every key of `authproxy` may come from the environment instead: `AUTHPROXY__SERVE__PROXY__PORT=8080` is `serve.proxy.port`.
            - Every secret may come from a file instead: `client_secret_file: /run/secrets/oidc`.
            - A handler's `config` may stand in the configuration for all rules, and in a rule over it.
            - `authproxy config check` says everything that is wrong, with file, line and key.


            """.ReplaceLineEndings("\n"));
        catalogue.WriteMarkdown(output);
    }

    private static int Print(SchemaCatalogue catalogue, string? name, CommandConsole console)
    {
        if (name is null)
        {
            foreach (var known in catalogue.Schemas.Keys)
            {
                console.Output.WriteLine(known);
            }

            return ExitCodes.Success;
        }

        foreach (var (fileName, content) in catalogue.Files())
        {
            if (fileName == $"{name}.schema.json")
            {
                console.Output.Write(Encoding.UTF8.GetString(content));
                return ExitCodes.Success;
            }
        }

        console.Error.WriteLine($"authproxy: there is no schema '{name}'{Suggestion.For(name, catalogue.Schemas.Keys)}");
        return ExitCodes.Usage;
    }

    private static void Register<THandler>(SchemaCatalogue catalogue, string section, HandlerKinds<THandler> kinds)
        where THandler : class
    {
        var schemas = new SortedDictionary<string, Schema>(StringComparer.Ordinal);
        foreach (var kind in kinds.All)
        {
            schemas.Add(kind.Name, kind.Schema);
            catalogue.Register($"{section}.{kind.Name}", kind.Schema);
        }

        // Rule files name handlers and their settings; only here is it known which there are.
        catalogue.Define(section, new HandlerSchema(section, schemas, byName: true) { Combines = typeof(THandler) == typeof(IAuthorizer) });
        catalogue.Define($"oathkeeper.{section}", new HandlerSchema(section, schemas, byName: false));
    }
}
