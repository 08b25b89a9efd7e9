using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace AuthProxy.Hosting.Configuration;

/// <summary>The words in which settings are declared.</summary>
public static class Declare
{
    private const string DurationPattern = @"^[-+]?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$";

    public static Schema<string> Text { get; } = Scalar<string>("text", "text", ParseText, writer => writer.Type("string"));

    public static Schema<int> Integer { get; } = Scalar<int>("integer", "a whole number", ParseInteger, writer => writer.Type("integer"));

    public static Schema<double> Number { get; } = Scalar<double>("number", "a number", ParseNumber, writer => writer.Type("number"));

    public static Schema<bool> Boolean { get; } = new ScalarSchema<bool>("boolean", "true or false", ParseBoolean, writer => writer.Type("boolean"), value => value ? "true" : "false");

    /// <summary>As Go writes it: <c>1h30m</c>.</summary>
    public static Schema<TimeSpan> Duration { get; } = new ScalarSchema<TimeSpan>("duration", "a duration such as 30s", GoDuration.TryParse, writer => writer.Text(DurationPattern), GoDuration.Format);

    /// <summary>A size: <c>16MiB</c>.</summary>
    public static Schema<long> Bytes { get; } = new ScalarSchema<long>("size", "a size such as 16MiB", ByteSize.TryParse, writer => writer.Type("string", "integer"), ByteSize.Format);

    /// <summary>A file or folder; a relative one counts from the working directory.</summary>
    public static Schema<string> Path { get; } = Scalar<string>("path", "the path of a file or folder", ParsePath, writer => writer.Type("string"));

    /// <summary>An address range such as <c>10.0.0.0/8</c>; one address alone is a range of one.</summary>
    public static Schema<IPNetwork> Network { get; } = Scalar<IPNetwork>("network", "a network such as 10.0.0.0/8", ParseNetwork, writer => writer.Type("string"));

    public static Schema<ConfigNode> Raw { get; } = new RawSchema();

    /// <summary>An absolute address; without <paramref name="schemes"/> of http or https. <see cref="Uri.OriginalString"/> keeps the spelling.</summary>
    public static Schema<Uri> Url(params string[] schemes)
    {
        var allowed = schemes.Length > 0 ? schemes : ["http", "https"];
        var right = $"write an address with {string.Join(":// or ", allowed)}://";
        return new ScalarSchema<Uri>("URL", $"an address with {string.Join(":// or ", allowed)}://", (string text, [MaybeNullWhen(false)] out Uri value, [NotNullWhen(false)] out string? why) =>
        {
            why = right;
            return Uri.TryCreate(text, UriKind.Absolute, out value) && allowed.Contains(value.Scheme) && text.Contains("://", StringComparison.Ordinal);
        }, writer => writer.Type("string"), value => value.UserInfo.Length > 0 ? "not right" : value.OriginalString);
    }

    public static Schema<T> Choice<T>(params (string Word, T Value)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        return new ScalarSchema<T>(string.Join(" \\| ", words), $"one of {string.Join(", ", words)}", (string text, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? why) =>
        {
            var index = Array.IndexOf(words, text);
            value = index < 0 ? default : choices[index].Value;
            why = index < 0 ? $"write one of {string.Join(", ", words)}" : null;
            return index >= 0;
        }, writer => writer.Enum(words), value => choices.FirstOrDefault(choice => Equals(choice.Value, value)).Word ?? "not right");
    }

    /// <summary>A single value with a reading of its own; <paramref name="parse"/> says what would be right.</summary>
    public static Schema<T> Scalar<T>(string typeName, string indefinite, ScalarParser<T> parse) =>
        Scalar(typeName, indefinite, parse, writer => writer.Type("string"));

    public static Schema<IReadOnlyList<T>> List<T>(Schema<T> item) => new ListSchema<T>(item);

    /// <param name="what">What the keys are: <c>name</c>, <c>host</c>.</param>
    public static Schema<IReadOnlyDictionary<string, T>> Map<T>(string what, Schema<T> item) => new MapSchema<T>(item, what);

    /// <summary>A mapping with known keys: <paramref name="declare"/> names them and returns what makes a value of them.</summary>
    public static Schema<T> Object<T>(string name, string sentence, Func<ObjectDeclaration, Func<ObjectReading, T>> declare) =>
        new ObjectSchema<T>(name, sentence, declare);

    /// <summary>Short and long forms of the same thing, told apart by shape.</summary>
    public static Schema<T> OneOf<T>(Schema<T>? scalar = null, Schema<T>? list = null, Schema<T>? mapping = null) =>
        new ShapeSchema<T>(scalar, list, mapping);

    /// <summary>A part of a file that <see cref="SchemaCatalogue.Define"/> may tell editors more about.</summary>
    public static Schema<T> Named<T>(string name, Schema<T> schema) => new NamedSchema<T>(name, schema);

    /// <summary>A schema that contains itself.</summary>
    public static Schema<T> Deferred<T>(string name, Func<Schema<T>> schema) => new DeferredSchema<T>(name, schema);

    public static Schema<TResult> Select<T, TResult>(this Schema<T> schema, Func<T, TResult> convert) =>
        new ConvertedSchema<T, TResult>(schema, (value, _, _) => convert(value));

    /// <summary>As <see cref="Select{T,TResult}(Schema{T},Func{T,TResult})"/>, with the node and a place for faults.</summary>
    public static Schema<TResult> Select<T, TResult>(this Schema<T> schema, Func<T, ConfigNode, ConfigFaults, TResult?> convert) =>
        new ConvertedSchema<T, TResult>(schema, convert);

    private static ScalarSchema<T> Scalar<T>(string typeName, string indefinite, ScalarParser<T> parse, Action<JsonSchemaWriter> describe) =>
        new(typeName, indefinite, parse, describe);

    private static bool ParseText(string text, out string value, [NotNullWhen(false)] out string? why)
    {
        value = text;
        why = text.Contains('\0', StringComparison.Ordinal) ? "a NUL character has no meaning here" : null;
        return why is null;
    }

    private static bool ParsePath(string text, out string value, [NotNullWhen(false)] out string? why)
    {
        value = text;
        why = text.Length == 0 || text.Contains('\0', StringComparison.Ordinal) ? "write the path of a file or folder" : null;
        return why is null;
    }

    private static bool ParseInteger(string text, out int value, [NotNullWhen(false)] out string? why)
    {
        why = "write a whole number";
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool ParseNumber(string text, out double value, [NotNullWhen(false)] out string? why)
    {
        why = "write a number";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static bool ParseBoolean(string text, out bool value, [NotNullWhen(false)] out string? why)
    {
        why = "write true or false";
        value = text is "true" or "True" or "TRUE";
        return value || text is "false" or "False" or "FALSE";
    }

    private static bool ParseNetwork(string text, out IPNetwork value, [NotNullWhen(false)] out string? why)
    {
        why = "write a network such as 10.0.0.0/8, without bits behind the prefix";
        if (IPAddress.TryParse(text, out var address))
        {
            value = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        // The address as written, because .NET clears the bits behind the prefix and the operator may have meant them.
        return IPNetwork.TryParse(text, out value) && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var start) && start.Equals(value.BaseAddress);
    }
}
