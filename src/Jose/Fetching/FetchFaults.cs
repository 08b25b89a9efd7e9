namespace AuthProxy.Jose.Fetching;

/// <summary>A fault as an operator needs it, without the texts of the platform, which may quote addresses with credentials.</summary>
internal static class FetchFaults
{
    public static string Describe(Exception fault) => fault switch
    {
        OperationCanceledException => "it took too long",
        HttpRequestException http => $"the server could not be asked ({http.HttpRequestError})",
        FileNotFoundException or DirectoryNotFoundException => "the file does not exist",
        UnauthorizedAccessException => "the file must not be read",
        _ => $"reading failed ({fault.GetType().Name})",
    };
}
