using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>What both kinds of handler share: tokens that come in are verified, tokens that leave are granted.</summary>
internal sealed class TokenGate(IGrants grants)
{
    public async Task VerifyAsync(HttpContext context, FoundTokens found)
    {
        if (found.All.Count > 0)
        {
            await grants.VerifyAsync(context, [.. found.All.Select(one => one.Token)], context.RequestAborted);
        }
    }

    public async Task GrantAsync(HttpContext context, FoundTokens found)
    {
        foreach (var alike in found.All.GroupBy(one => one.GrantSeconds, one => one.Token))
        {
            await grants.CreateAsync(context, [.. alike], alike.Key > 0 ? TimeSpan.FromSeconds(alike.Key) : null, context.RequestAborted);
        }
    }
}
