using System.Globalization;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Errors;

/// <summary>A refusal as gRPC clients expect it: HTTP 200, no message, the status in the head ("Trailers-Only" of gRPC over HTTP/2).</summary>
internal static class GrpcRefusal
{
    public static void Write(HttpResponse response, Refusal refusal)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers.CacheControl = "no-store";
        response.Headers["grpc-status"] = StatusOf(refusal.Status).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = refusal.Reason;
    }

    /// <summary>gRPC's status code for an HTTP status (grpc/doc/statuscodes.md).</summary>
    public static int StatusOf(int httpStatus) => httpStatus switch
    {
        400 or 415 => 3,
        401 => 16,
        403 => 7,
        404 or 405 or 421 => 12,
        413 or 429 => 8,
        502 or 503 => 14,
        408 or 504 => 4,
        500 => 13,
        _ => 2,
    };
}
