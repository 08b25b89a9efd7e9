namespace AuthProxy.Hosting.Configuration;

/// <summary>A secret is written in place, or in a file named under the same key with <c>_file</c> behind it.</summary>
internal sealed class SecretSetting(ObjectDeclaration owner, string name, string sentence) : Setting<Secret>(owner, name, Text, sentence)
{
    private static readonly ScalarSchema<Secret> Text = new("secret", "text", ParseSecret, writer => writer.Secret(), _ => "[secret]");
    private static readonly ScalarSchema<string> Path = (ScalarSchema<string>)Declare.Path;

    private string FileName => Name + "_file";

    internal override IReadOnlyList<string> Names => [Name, FileName];

    internal override bool Read(ConfigMapping parent, ConfigFaults faults, out object? value)
    {
        var (inPlace, inFile) = (parent[Name], parent[FileName]);
        if (inPlace is not null && inFile is not null && inPlace.IsFromEnvironment == inFile.IsFromEnvironment)
        {
            value = null;
            faults.Add(inFile, $"is given together with {Name}; keep one of them");
            return false;
        }

        // Of two layers the environment speaks last, in whichever form it speaks.
        if (inFile is null || inPlace is { IsFromEnvironment: true })
        {
            if (inPlace is ConfigScalar { Text.Length: > SmallFile.MaximumBytes })
            {
                value = null;
                faults.Add(inPlace, "is longer than a secret may be (1MiB)");
                return false;
            }

            return base.Read(parent, faults, out value);
        }

        value = null;
        if (!Path.TryRead(inFile, faults, out var path))
        {
            return false;
        }

        if (!Secret.TryReadFile(path, out var text, out var why))
        {
            faults.Add(inFile, $"is {path}, which {why}");
            return false;
        }

        return Passes(inFile, Secret.FromFile(path, text), faults, out value);
    }

    internal override void WriteProperty(JsonSchemaWriter writer)
    {
        base.WriteProperty(writer);
        writer.StartProperty(FileName, $"File that holds {Name}; watched for a new value.");
        writer.Type("string");
        writer.EndProperty();
    }

    internal override void WriteRow(MarkdownTable table, string parentKey)
    {
        base.WriteRow(table, parentKey);
        table.WriteRow(ConfigNode.Join(parentKey, FileName), "path", "", "", $"File that holds `{Name}`; watched for a new value.");
    }

    // The word itself never appears in a fault: parsing cannot fail with it.
    private static bool ParseSecret(string text, out Secret value, out string why)
    {
        value = Secret.FromText(text);
        why = "";
        return true;
    }
}
