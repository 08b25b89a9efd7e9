using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>An image beside a template, which becomes part of the page: there is no address of ours that serves files.</summary>
internal static class PageImage
{
    private const int MostBytes = 128 * 1024;

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file may be one.</summary>
    public static bool IsOne(string file) => Types.ContainsKey(Path.GetExtension(file));

    /// <summary>The image as an address that holds it, or why it cannot be had.</summary>
    public static bool TryInline(string folder, string name, [NotNullWhen(true)] out string? address, [NotNullWhen(false)] out string? why)
    {
        (address, why) = (null, null);
        if (name.Length == 0 || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || !Types.TryGetValue(Path.GetExtension(name), out var type))
        {
            why = "src names no image beside the template (a file name that ends in svg, png, jpg, gif or webp)";
            return false;
        }

        try
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (file.Length <= MostBytes)
            {
                address = $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file.FullName))}";
                return true;
            }

            why = $"{name} is larger than {MostBytes / 1024} KiB";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = $"{name} cannot be read ({fault.GetType().Name})";
        }

        return false;
    }
}
