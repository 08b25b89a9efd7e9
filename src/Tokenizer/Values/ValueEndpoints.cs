using System.Net.Http.Headers;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Tokenizer.Values;

/// <summary><c>PUT</c> and <c>GET /v1/values/&lt;ticket&gt;</c>.</summary>
internal sealed class ValueEndpoints(ValueService values, UserDoor door, LimitSettings limits, VaultEvents events, TimeProvider clock)
{
    public IEnumerable<VaultRoute> Routes =>
    [
        new("PUT", Tickets.PathPrefix, door.Open(UploadAsync)) { Action = AuditAction.Upload },
        new("GET", Tickets.PathPrefix, door.Open(DownloadAsync)) { Action = AuditAction.Download },
    ];

    private async Task<Answer> UploadAsync(HttpContext context, UserCaller user)
    {
        // Before the ticket is spent: these the client can put right.
        if (!IsAcceptable(context.Request))
        {
            return new Refused(TokenizerRefusals.ContentTypeUnsupported, "a value comes as text/plain or application/octet-stream, and not compressed");
        }

        if (context.Request.ContentLength > limits.ValueSize)
        {
            return new Refused(TokenizerRefusals.ValueTooLarge, $"the value is larger than {limits.ValueSize} bytes");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        try
        {
            await using var value = new PatientStream(context.Request.Body, limits.UploadIdle, clock, context.RequestAborted);
            if (await values.UploadAsync(user, TicketOf(context), value, context.RequestAborted) is { } refused)
            {
                return refused;
            }
        }
        catch (UploadTooSlowException fault)
        {
            return new Refused(TokenizerRefusals.BodyTimeout, fault.Message);
        }
        catch (BadHttpRequestException fault)
        {
            return new Refused(TokenizerRefusals.UploadInterrupted, fault.Message);
        }

        await events.UploadedAsync(user, context.RequestAborted);
        return new Answer.Plain(StatusCodes.Status200OK, _ => { });
    }

    private async Task<Answer> DownloadAsync(HttpContext context, UserCaller user)
    {
        var opened = await values.DownloadAsync(user, TicketOf(context), context.RequestAborted);
        if (opened is not Outcome<ValueReader>.Ok({ } reader))
        {
            return ((Outcome<ValueReader>.No)opened).Refused;
        }

        using (reader)
        {
            // The first part is verified before the answer begins, so that a damaged value is told as such where that is still possible.
            var first = await reader.ReadAsync(context.RequestAborted);
            await events.ReleasingAsync(user, context.RequestAborted);
            await SendAsync(context, reader, first);
        }

        events.Released(user);
        return new Answer.Written();
    }

    private static async Task SendAsync(HttpContext context, ValueReader reader, ReadOnlyMemory<byte> first)
    {
        // With its length stated, an answer that breaks off can never be taken for a whole one.
        var response = context.Response;
        response.ContentLength = reader.Size;
        SetHeaders(response.Headers);
        for (var part = first; part.Length > 0; part = await reader.ReadAsync(context.RequestAborted))
        {
            await response.Body.WriteAsync(part, context.RequestAborted);
        }
    }

    // The bytes are somebody's input: on the vault's own origin they must never become a page, a script or a picture.
    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentType = "application/octet-stream";
        headers.ContentDisposition = "attachment";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static string TicketOf(HttpContext context) => RouteTable.RestOf(context, Tickets.PathPrefix);

    private static bool IsAcceptable(HttpRequest request) =>
        request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType?.ToLowerInvariant() is "text/plain" or "application/octet-stream";
}
