using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>Finds every fault at once, each under its full key, before the first request.</summary>
internal sealed class TokenizerOptionsValidator : IValidateOptions<TokenizerOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenizerOptions options)
    {
        var faults = new OptionFaults(options.Section);
        faults.Address(nameof(options.Url), options.Url);
        faults.Text(nameof(options.Application), options.Application, "the application's name in the Tokenizer's trust entries");
        faults.Between(nameof(options.Timeout), options.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        if (options.PublicUrl is { } publicUrl)
        {
            faults.Address(nameof(options.PublicUrl), publicUrl, forBrowsers: true);
        }

        if (options.Parallelism is < 1 or > 64)
        {
            faults.Add(nameof(options.Parallelism), "must be between 1 and 64");
        }

        if (!string.IsNullOrEmpty(options.Key) && !string.IsNullOrEmpty(options.KeyFile))
        {
            faults.Add(nameof(options.Key), $"and {options.Section}:{nameof(options.KeyFile)} are both set; one of them is meant");
        }
        else if (ApplicationKey.Read(options, out var why) is null)
        {
            faults.Add(string.IsNullOrEmpty(options.KeyFile) ? nameof(options.Key) : nameof(options.KeyFile), why);
        }

        return faults.Result;
    }
}
