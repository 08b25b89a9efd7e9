using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>Makes API keys.</summary>
internal static class ApiKeys
{
    /// <summary>What every key made here begins with, so that scanners find one that was checked in somewhere.</summary>
    public const string Prefix = "ak_";

    private const int SecretBytes = 32;

    /// <summary>A new key for somebody, and what the file of keys holds of it.</summary>
    /// <param name="id">Who the key is for; an id that <see cref="ApiKeyEntry.IsId"/>.</param>
    public static GeneratedApiKey Generate(string id)
    {
        if (!ApiKeyEntry.IsId(id))
        {
            throw new ArgumentException("is no id of an API key", nameof(id));
        }

        var key = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return new GeneratedApiKey(key, $"- id: {id}\n  hash: {ApiKeyHash.Of(key)}\n");
    }
}

/// <param name="Key">For its owner; it is nowhere else.</param>
/// <param name="Entry">For the file of keys, under <c>keys</c>.</param>
internal sealed record GeneratedApiKey(string Key, string Entry)
{
    public override string ToString() => Entry;
}
