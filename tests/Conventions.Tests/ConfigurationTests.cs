using System.Text;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Conventions.Tests;

/// <summary>What editors and people are told is made from the declarations that read the files; these tests keep the copies current.</summary>
public class ConfigurationTests
{
    private const string Remedy = "is not what the program says; run 'config schema --out config/schema' of src/Proxy and src/Tokenizer (dotnet run --project), and put what 'config docs' prints into docs";

    [Fact]
    public async Task Every_json_schema_is_checked_in_as_it_is()
    {
        var catalogue = await SchemaCommands.CatalogueAsync(CancellationToken.None);
        foreach (var (fileName, content) in catalogue.Files())
        {
            var path = Path.Combine(Repository.Root, "config", "schema", fileName);
            Assert.True(File.Exists(path) && Encoding.UTF8.GetString(content) == await File.ReadAllTextAsync(path), $"config/schema/{fileName} {Remedy}");
        }
    }

    [Fact]
    public async Task Tokenizers_schema_and_page_are_checked_in_as_they_are()
    {
        var (fileName, content) = Tokenizer.Cli.SchemaCommands.Catalogue().Files().Single();
        using var text = new StringWriter { NewLine = "\n" };
        Tokenizer.Cli.SchemaCommands.WriteDocs(text);

        Assert.True(
            Encoding.UTF8.GetString(content) == await File.ReadAllTextAsync(Path.Combine(Repository.Root, "config", "schema", fileName)), $"config/schema/{fileName} {Remedy}");
        Assert.True(
            text.ToString() == await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "configuration-tokenizer.md")), $"docs/configuration-tokenizer.md {Remedy}");
    }

    [Fact]
    public async Task Configuration_page_is_checked_in_as_it_is()
    {
        using var text = new StringWriter { NewLine = "\n" };
        SchemaCommands.WriteDocs(text, await SchemaCommands.CatalogueAsync(CancellationToken.None));

        Assert.True(text.ToString() == await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "configuration.md")), $"docs/configuration.md {Remedy}");
    }

    [Fact]
    public async Task Every_kind_of_handler_has_a_schema_and_a_section()
    {
        var names = (await SchemaCommands.CatalogueAsync(CancellationToken.None)).Schemas.Keys;

        Assert.Superset(
            new HashSet<string>(
            [
                "authproxy", "rules", "authenticators.oidc", "authenticators.jwt", "authenticators.anonymous", "authenticators.noop", "authenticators.unauthorized",
                "authorizers.allow", "authorizers.deny", "authorizers.claims", "mutators.header", "mutators.assertion", "mutators.noop",
                "errors.json", "errors.redirect", "errors.login",
            ]),
            new HashSet<string>(names));
    }
}
