using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <summary>
/// What an authorization service is sent of the client's own headers. Each has one value, or the request is refused: of two, the service would
/// decide by one and the upstream could act on the other.
/// </summary>
internal static class ClientHeaders
{
    /// <summary>The client's credentials, unless an authenticator used them up: then nobody behind it sees them, the service neither.</summary>
    public static bool TryReadAuthorization(ProxiedRequest request, out string? value) =>
        TryRead(request.HasConsumed("Authorization") ? StringValues.Empty : request.Received.Headers.Authorization, out value);

    public static bool TryReadContentType(ProxiedRequest request, out string? value) => TryRead(request.Received.Headers.ContentType, out value);

    private static bool TryRead(StringValues values, out string? value)
    {
        value = values.Count == 1 ? values[0] : null;
        return values.Count == 0 || (value is not null && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'));
    }
}
