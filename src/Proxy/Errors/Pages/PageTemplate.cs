using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>One page of an operator's own: text with places for values, every one of which goes in encoded.</summary>
internal sealed class PageTemplate
{
    private readonly IReadOnlyList<Piece> _pieces;

    /// <param name="pieces">The text, taken apart.</param>
    /// <param name="styles">The texts of its style elements, which nobody else's styles may join.</param>
    public PageTemplate(IReadOnlyList<Piece> pieces, IReadOnlyList<string> styles)
    {
        _pieces = pieces;
        Policy = string.Concat(
            "default-src 'none'; img-src data:; style-src ",
            styles.Count == 0 ? "'none'" : string.Join(' ', styles.Select(HashOf)),
            "; base-uri 'none'; frame-ancestors 'none'");
    }

    /// <summary>What the browser may load and run for this page: its own styles and inlined images, and nothing else.</summary>
    public string Policy { get; }

    public string Render(PageValues values)
    {
        var html = new StringBuilder(4096);
        foreach (var piece in _pieces)
        {
            html.Append(piece.Text);
            if (piece.Placeholder is { } placeholder)
            {
                html.Append(HtmlEncoder.Default.Encode(values.Of(placeholder)));
            }
        }

        return html.ToString();
    }

    // Browsers hash what they parsed, and they parse every line end as one line feed.
    private static string HashOf(string style) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'";

    /// <param name="Text">Stands as it is.</param>
    /// <param name="Placeholder">The value that follows it; null at the end.</param>
    internal sealed record Piece(string Text, string? Placeholder);
}
