using System.Reflection;

namespace AuthProxy.Conventions.Tests;

/// <summary>What other programs may build on is written down, so that a review sees every change to it.</summary>
public class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    /// <summary>The assemblies with a public API on record. Each stands here by itself: a missing file is a failure and never a skipped check.</summary>
    public static TheoryData<string> Projects => ["Jose", "Rules", "Sdk"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Public_api_is_as_on_record(string project)
    {
        var file = Path.Combine(RepositoryRoot(), "src", project, "PublicApi.txt");
        var actual = PublicApiText.Of(Assembly.Load($"AuthProxy.{project}"));
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"src/{project}/PublicApi.txt is missing; run this test with {Update}=1 and commit the file.");
        Assert.True(actual == File.ReadAllText(file), Difference(File.ReadAllText(file), actual, project));
    }

    private static string Difference(string recorded, string actual, string project)
    {
        var (before, now) = (recorded.Split('\n'), actual.Split('\n'));
        var lines = before.Except(now).Select(l => $"- {l.Trim()}").Concat(now.Except(before).Select(l => $"+ {l.Trim()}"));
        return $"The public API of {project} is not as on record. If that is meant, run this test with {Update}=1 and commit the file.\n{string.Join('\n', lines)}";
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
