namespace AuthProxy.Rules.Templates.Values;

/// <summary>A value with fixed members.</summary>
internal interface IGoStruct
{
    /// <summary>Go's name of the type, with a star where it is pointed to.</summary>
    string Type { get; }

    /// <summary>How it prints; null where its fields do.</summary>
    string? Text => null;

    /// <summary>A field, or what a method without arguments answers; false where there is none of that name.</summary>
    bool TryMember(string name, RenderScope scope, out object? value);

    /// <summary>The fields in order, under their names in JSON.</summary>
    IReadOnlyList<GoField> Fields(RenderScope scope);
}

internal readonly record struct GoField(string Name, object? Value);
