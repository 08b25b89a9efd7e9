using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>Where the Tokenizer is and as whom the application calls it. Checked when the application starts.</summary>
public sealed class TokenizerOptions
{
    /// <summary>The Tokenizer's services listener, e.g. <c>https://tokenizer:4462</c>. Plain HTTP is accepted on loopback only. Required.</summary>
    public string Url { get; set; } = "";

    /// <summary>The application's name in the Tokenizer's trust entries. Required.</summary>
    public string Application { get; set; } = "";

    /// <summary>
    /// The application's private key as PEM or in OpenSSH's format, without a passphrase: an EC key on P-256 (ES256), or RSA of at least 2048 bits (RS256). Either this or
    /// <see cref="KeyFile"/>; with neither, the environment variable <c>LUNASEC_SIGNING_KEY</c> holds it in base64.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>A file with the application's private key, as for <see cref="Key"/>; read again when it changes, so that a key can be rotated without a restart.</summary>
    public string? KeyFile { get; set; }

    /// <summary>How long one call may take. Default 5 seconds, at most 1 minute.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many calls for one list of tokens run at the same time. Default 8, between 1 and 64.</summary>
    public int Parallelism { get; set; } = 8;

    /// <summary>The Tokenizer as browsers see it, e.g. <c>https://vault.example.com</c>; needed by <c>MapTokenizerEndpoints</c>. Plain HTTP is accepted on loopback only.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Who is signed in, by the application's own session; null where nobody is. Set it only where the application owns its sessions (scheme <c>application</c>): grants are then made for
    /// that session instead of the Proxy's.
    /// </summary>
    public Func<HttpContext, ValueTask<SignedInUser?>>? SignedIn { get; set; }

    /// <summary>How environment variables are read.</summary>
    internal Func<string, string?> ReadVariable { get; set; } = Environment.GetEnvironmentVariable;

    /// <summary>How this application's configuration names these options, for faults.</summary>
    internal string Section { get; set; } = nameof(TokenizerOptions);
}
