using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests;

/// <summary>Remembers the refusal that a stage asked for.</summary>
internal sealed class RecordedRefusals : IRefusalResponder
{
    public Refusal? Last { get; private set; }

    public string? Why { get; private set; }

    public Task WriteAsync(HttpContext context, Refusal refusal, string why)
    {
        (Last, Why) = (refusal, why);
        return Task.CompletedTask;
    }
}
