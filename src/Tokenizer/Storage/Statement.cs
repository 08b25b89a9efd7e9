using Dapper;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>What both databases' statements are given.</summary>
internal static class Statement
{
    public static DynamicParameters With(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        // Not an anonymous object: Dapper would have to reflect over a type that trimming may have emptied.
        var parameters = new DynamicParameters();
        foreach (var (name, value) in values)
        {
            parameters.Add(name, value);
        }

        return parameters;
    }
}
