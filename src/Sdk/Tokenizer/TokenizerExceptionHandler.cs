using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>Answers with what the Tokenizer refused, where the application uses <c>UseExceptionHandler</c>.</summary>
internal sealed class TokenizerExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        if (exception is not TokenizerException refusal)
        {
            return false;
        }

        await Results.Problem(refusal.ToProblemDetails()).ExecuteAsync(context);
        return true;
    }
}
