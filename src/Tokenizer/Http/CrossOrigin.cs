using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Http;

/// <summary>The few answers that pages of another origin may read are for the application's own pages.</summary>
internal static class CrossOrigin
{
    /// <returns>Whether the request comes from such a page.</returns>
    public static bool AllowReading(HttpContext context, ApplicationSettings? application)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        if (application is null || context.Request.Headers.Origin is not [{ } origin] || !application.Origins.Contains(origin))
        {
            return false;
        }

        headers.AccessControlAllowOrigin = origin;
        return true;
    }
}
