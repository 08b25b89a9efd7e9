namespace AuthProxy.Tokenizer.Storage;

/// <summary>A later program has removed from the database what this one needs.</summary>
internal sealed class IncompatibleSchemaException(int database, int program) : Exception(
    $"the database's schema is version {database} and was contracted since; this program knows version {program}: use a newer program");
