using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>Collects what is wrong with options, each fault under the key that the operator has to change.</summary>
internal sealed class OptionFaults(string section)
{
    private readonly List<string> _faults = [];

    public ValidateOptionsResult Result => _faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_faults);

    public void Add(string key, string message) => _faults.Add($"{section}:{key} {message}");

    public void Text(string key, string value, string meaning)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(key, $"is missing; set it to {meaning}");
        }
    }

    public void Between(string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            Add(key, $"is {value}; must be between {least} and {most}");
        }
    }

    /// <summary>What crosses a network is trusted because of TLS; on loopback there is no network.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The address.</param>
    /// <param name="forBrowsers">Whether only browsers go there, to whom every name below <c>localhost</c> is loopback (RFC 6761, section 6.3).</param>
    public void Address(string key, string value, bool forBrowsers = false)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            Add(key, value.Length == 0 ? "is missing; set it to an http(s) address" : "must be an absolute http(s) address");
        }
        else if (uri.Scheme == "http" && !uri.IsLoopback && !(forBrowsers && uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)))
        {
            Add(key, "must use https outside loopback");
        }
        else if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            Add(key, "must not contain a user name or a fragment");
        }
    }

    /// <summary>Name of a section for faults: its path, or what the code calls the options.</summary>
    public static string NameOf(IConfiguration configuration, string otherwise) =>
        configuration is IConfigurationSection { Path.Length: > 0 } section ? section.Path : otherwise;

    /// <summary>Reads options from configuration. A misspelt key must not silently leave a default in place.</summary>
    public static void Bind(IConfiguration configuration, string section, object options)
    {
        try
        {
            configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsValidationException(section, options.GetType(), [$"{section} cannot be read: {fault.Message}"]);
        }
    }
}
