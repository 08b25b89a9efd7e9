namespace AuthProxy.Tokenizer.Tests;

internal static class Repository
{
    /// <summary>A file of the repository that the tests were built from.</summary>
    public static string File(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, path);
    }
}
