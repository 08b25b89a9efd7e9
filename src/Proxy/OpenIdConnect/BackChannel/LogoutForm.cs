using System.Buffers;
using System.Net.Mime;
using System.Text;
using AuthProxy.Hosting.Refusals;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>The form in which a logout token is sent (section 2.5), read in bounded space and time: whoever sends it is not known yet.</summary>
internal static class LogoutForm
{
    /// <summary>The largest token that is read at all, and a few parameters beside it.</summary>
    public const int LongestBody = 20 * 1024;

    private const string TokenName = "logout_token";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The token, or why there is none.</summary>
    public static async ValueTask<(string? Token, Refusal? Refusal, string Why)> ReadAsync(HttpContext context, TimeProvider clock, CancellationToken cancellation)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase))
        {
            return (null, ProxyRefusals.RequestMalformed, "the body is no form");
        }

        if (request.ContentLength > LongestBody)
        {
            return (null, ProxyRefusals.BodyTooLarge, "the form is announced larger than a logout token needs");
        }

        var body = ArrayPool<byte>.Shared.Rent(LongestBody + 1);
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(body.AsMemory(0, LongestBody + 1), LongestBody + 1, throwOnEndOfStream: false, either.Token);
            return length > LongestBody
                ? (null, ProxyRefusals.BodyTooLarge, "the form is larger than a logout token needs")
                : TokenIn(body.AsSpan(0, length));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (null, ProxyRefusals.BodyTimeout, "the form did not arrive in time");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body, clearArray: true);
        }
    }

    private static (string? Token, Refusal? Refusal, string Why) TokenIn(ReadOnlySpan<byte> body)
    {
        var form = Ascii.IsValid(body) ? QueryParameters.Parse(Encoding.ASCII.GetString(body)) : null;
        return form is not null && !form.HasRepeated(TokenName) && form[TokenName] is { Length: > 0 } token
            ? (token, null, "")
            : (null, ProxyRefusals.RequestMalformed, "the form does not hold exactly one logout_token");
    }
}
