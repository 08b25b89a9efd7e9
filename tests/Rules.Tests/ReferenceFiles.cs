namespace AuthProxy.Rules.Tests;

/// <summary>Sample rule files in Oathkeeper's format, kept beside the project; each says what must come out of it.</summary>
internal static class ReferenceFiles
{
    public static string Path(string name)
    {
        var path = System.IO.Path.Combine(Folder(), "oathkeeper-rules", name);
        return File.Exists(path) ? path : throw new FileNotFoundException("The reference rule file is missing; set AUTHPROXY_REFERENCE to the folder that holds oathkeeper-rules.", path);
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("AUTHPROXY_REFERENCE") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return System.IO.Path.Combine(folder?.FullName ?? "", "..", "shared", "reference");
    }
}
