namespace AuthProxy.TestKit;

/// <summary>Where the sources and what was built from them stand.</summary>
public static class Repository
{
    /// <summary>The folder that holds AuthProxy.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A program of this repository as it was built together with the tests.</summary>
    public static ProgramFile Built(string project, string assembly) =>
        new("dotnet", [Existing(Path.Combine(Root, project, "bin", Configuration, "net10.0", assembly + ".dll"))]);

    /// <summary>Whether the services are driven in the form that is published.</summary>
    public static bool IsPublished => PublishedFolder is { Length: > 0 };

    private static string? PublishedFolder => Environment.GetEnvironmentVariable("AUTHPROXY_PUBLISHED");

    /// <summary>
    /// The services in the form that is published (trimmed, ReadyToRun) where AUTHPROXY_PUBLISHED names their folder, else as built.
    /// </summary>
    public static ProgramFile Service(string project, string assembly) =>
        IsPublished ? new(Existing(Path.Combine(PublishedFolder!, assembly, assembly)), []) : Built(project, assembly);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run below a folder that holds AuthProxy.sln.");
    }

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path} does not exist; build the whole solution first (dotnet build AuthProxy.sln).");
}

/// <param name="Command">What to start.</param>
/// <param name="Arguments">What always stands before the caller's arguments.</param>
public sealed record ProgramFile(string Command, IReadOnlyList<string> Arguments);
