using System.Buffers;

namespace AuthProxy.Hosting.Configuration;

/// <summary>
/// How applications are called, in every service. Their names stand in audiences beside the Tokenizer's own and are compared character for
/// character: what could be read in two ways, or for something else, is no name.
/// </summary>
public static class ApplicationNames
{
    /// <summary>Names and audiences that begin so belong to the Tokenizer.</summary>
    public const string ReservedPrefix = "tokenizer";

    private const int MaximumLength = 63;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> AudienceCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The name of an application.</summary>
    public static Setting<string> ApplicationName(this Setting<string> setting) => setting.Must(
        name => IsName(name, Characters), "write 1 to 63 of a-z, 0-9 and -, begun with a letter or digit; names that begin with 'tokenizer' are the Tokenizer's own");

    /// <summary>Names of applications as audiences; those may have dots, as host names do.</summary>
    public static Setting<IReadOnlyList<string>> ApplicationAudiences(this Setting<IReadOnlyList<string>> setting) => setting.Must(
        names => names.All(name => IsName(name, AudienceCharacters)),
        "write 1 to 63 of a-z, 0-9, - and ., begun with a letter or digit; names that begin with 'tokenizer' are the Tokenizer's own");

    private static bool IsName(string name, SearchValues<char> characters) =>
        name.Length is > 0 and <= MaximumLength && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(characters)
        && !name.StartsWith(ReservedPrefix, StringComparison.Ordinal);
}
