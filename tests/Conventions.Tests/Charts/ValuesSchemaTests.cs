namespace AuthProxy.Conventions.Tests.Charts;

public class ValuesSchemaTests
{
    private const string Update = "UPDATE_VALUES_SCHEMAS";

    public static TheoryData<string, string[]> All =>
        new() { { "helm/authproxy-sidecar", [] }, { "helm/authproxy", ["authproxy-sidecar"] }, { "samples/charts/bank", ["authproxy-sidecar"] } };

    [Theory]
    [MemberData(nameof(All))]
    public async Task Schema_of_a_charts_values_is_what_comments_and_configuration_say(string chart, string[] libraries)
    {
        var file = Path.Combine(Repository.Root, chart, "values.schema.json");
        var schema = ValuesSchema.Of(Path.GetFileName(chart), await File.ReadAllTextAsync(Path.Combine(Repository.Root, chart, "values.yaml")), libraries);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(file, schema);
        }

        Assert.True(File.Exists(file) && schema == await File.ReadAllTextAsync(file),
            $"{chart}/values.schema.json is not what values.yaml and config/schema say; run {Update}=1 dotnet test tests/Conventions.Tests --filter ValuesSchemaTests, and commit the file.");
    }
}
