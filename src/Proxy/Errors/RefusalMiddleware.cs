
namespace AuthProxy.Proxy.Errors;

/// <summary>Whatever is thrown below leaves as a refusal: no stack trace, no half answer, no way through.</summary>
internal sealed class RefusalMiddleware(RequestDelegate next, IRefusalResponder refusals, ILogger<RefusalMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read an answer.
        }
        catch (BadHttpRequestException fault)
        {
            await refusals.WriteAsync(context, fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProxyRefusals.BodyTooLarge : ProxyRefusals.RequestMalformed, "the server found the request malformed");
        }
        catch (Exception fault)
        {
            logger.Fault(fault);
            await refusals.WriteAsync(context, ProxyRefusals.InternalFault, $"a stage threw {fault.GetType().Name}");
        }
    }
}
