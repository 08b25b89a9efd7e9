using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Guests;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Speaks with the Tokenizer's services listener. A yes is only what is exactly as expected: any other status, a redirect,
/// another type, more or fewer answers, one late byte, are all the same "not available".
/// </summary>
internal sealed class TokenizerClient(TokenizerAddress address, IServiceTokens tokens, HttpMessageInvoker http, TimeProvider clock)
    : IGrantVerifier, ITokenizerSessions, ITokenizerGuests, IDisposable
{
    /// <summary>One hundred answers take a tenth of it.</summary>
    private const int MostResponseBytes = 64 * 1024;

    private readonly Uri _verify = new(address.Services, "v1/grants/verify");
    private readonly Uri _end = new(address.Services, "v1/sessions/end");
    private readonly Uri _adopt = new(address.Services, "v1/sessions/adopt");

    /// <summary>With connections of its own, so that nothing configured for other purposes (proxies, cookies, redirects) applies.</summary>
    public static TokenizerClient Create(TokenizerAddress address, IServiceTokens tokens, TimeProvider clock) => new(address, tokens, new HttpMessageInvoker(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = address.Timeout,
        MaxConnectionsPerServer = 128,
        MaxResponseHeadersLength = 16,
        // New addresses behind the same name are found.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    }), clock);

    public async ValueTask<GrantVerdict> VerifyAsync(GrantQuestion question, CancellationToken cancellation)
    {
        var answer = await PostAsync(_verify, TokenizerMessages.Verify(address.Application, question), cancellation);
        return answer switch
        {
            TokenizerAnswer.Ok ok when TokenizerMessages.TryReadGrants(ok.Body, question.Tokens.Count, out var grants) =>
                new GrantVerdict.Answered(grants),
            TokenizerAnswer.Ok => new GrantVerdict.Unavailable("the Tokenizer answered something else than was asked"),
            TokenizerAnswer.NoSession => new GrantVerdict.Answered(new GrantAnswer[question.Tokens.Count]),
            TokenizerAnswer.Failed failed => new GrantVerdict.Unavailable(failed.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public async ValueTask<bool> EndAsync(string sid, DateTimeOffset until, CancellationToken cancellation) =>
        await PostAsync(_end, TokenizerMessages.End(sid, until), cancellation) is TokenizerAnswer.Ok ok
        && TokenizerMessages.SaysEnded(ok.Body);

    public async ValueTask<bool> AdoptAsync(Session guest, Session session, CancellationToken cancellation) =>
        await PostAsync(_adopt, TokenizerMessages.Adopt(guest.Subject, session.Subject), cancellation) is TokenizerAnswer.Ok ok
        && TokenizerMessages.SaysAdopted(ok.Body);

    public void Dispose() => http.Dispose();

    private async ValueTask<TokenizerAnswer> PostAsync(Uri url, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(address.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var request = Request(url, json);
            using var response = await http.SendAsync(request, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new TokenizerAnswer.Failed("the Tokenizer did not answer in time");
        }
        catch (HttpRequestException fault)
        {
            return new TokenizerAnswer.Failed($"the Tokenizer cannot be reached ({fault.HttpRequestError})");
        }
        catch (Exception fault)
        {
            // Whatever it is, it is no yes.
            return new TokenizerAnswer.Failed($"asking the Tokenizer failed ({fault.GetType().Name})");
        }
    }

    private HttpRequestMessage Request(Uri url, ReadOnlyMemory<byte> json)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Current());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        return request;
    }

    private static async ValueTask<TokenizerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Forbidden))
        {
            return new TokenizerAnswer.Failed($"the Tokenizer answered {(int)response.StatusCode}");
        }

        var expected = response.StatusCode == HttpStatusCode.OK ? MediaTypeNames.Application.Json : MediaTypeNames.Application.ProblemJson;
        if (response.Content.Headers.ContentType?.MediaType != expected || response.Content.Headers.ContentEncoding.Count > 0)
        {
            return new TokenizerAnswer.Failed("the Tokenizer did not answer in JSON");
        }

        var buffer = new byte[MostResponseBytes + 1];
        var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        if (length > MostResponseBytes)
        {
            return new TokenizerAnswer.Failed("the Tokenizer's answer is too long");
        }

        var body = buffer.AsMemory(0, length);
        return response.StatusCode == HttpStatusCode.OK ? new TokenizerAnswer.Ok(body)
            : TokenizerMessages.SaysNoSession(body) ? TokenizerAnswer.NoSession.Instance
            : new TokenizerAnswer.Failed("the Tokenizer answered 403");
    }

    private abstract record TokenizerAnswer
    {
        public sealed record Ok(ReadOnlyMemory<byte> Body) : TokenizerAnswer;

        /// <summary>A clear no to every token: the session is over, or was never known.</summary>
        public sealed record NoSession : TokenizerAnswer
        {
            public static readonly NoSession Instance = new();
        }

        public sealed record Failed(string Why) : TokenizerAnswer;
    }
}

/// <summary>Where the Tokenizer is, and for which application this Proxy asks it.</summary>
/// <param name="Services">The services listener; ends in a slash.</param>
/// <param name="Application">The application whose tokens this Proxy guards.</param>
/// <param name="Timeout">How long one call may take, connecting included.</param>
internal sealed record TokenizerAddress(Uri Services, string Application, TimeSpan Timeout);

/// <summary>What the Proxy shows the Tokenizer to speak for itself.</summary>
internal interface IServiceTokens
{
    string Current();
}
