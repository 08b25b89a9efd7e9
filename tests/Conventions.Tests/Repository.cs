using System.Reflection;

namespace AuthProxy.Conventions.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Everything that is published.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [.. new[] { "AuthProxy.Jose", "AuthProxy.Hosting", "AuthProxy.Rules", "AuthProxy.Sdk", "authproxy", "tokenizer" }.Select(Assembly.Load)];

    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests were moved away from their sources.");
    }
}
