namespace AuthProxy.Rules.Templates.Values;

/// <summary>Paths as Go's package of that name reads them.</summary>
internal static class GoPath
{
    public static string Clean(string path)
    {
        var isRooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment is "..")
            {
                if (kept.Count > 0 && kept[^1] is not "..")
                {
                    kept.RemoveAt(kept.Count - 1);
                }
                else if (!isRooted)
                {
                    kept.Add(segment);
                }
            }
            else if (segment is not ("" or "."))
            {
                kept.Add(segment);
            }
        }

        var cleaned = string.Join('/', kept);
        return isRooted ? "/" + cleaned : cleaned.Length == 0 ? "." : cleaned;
    }

    public static string Base(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length > 0 ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : path.Length > 0 ? "/" : ".";
    }

    public static string Extension(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.LastIndexOf('.') is >= 0 and var dot ? name[dot..] : "";
    }
}
