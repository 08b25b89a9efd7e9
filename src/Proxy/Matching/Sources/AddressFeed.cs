using System.Net;
using System.Net.Http.Headers;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Observability;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>
/// A rule file behind an address, asked for again and again. It follows no redirect, takes no more than a rule file may have, and what it once got stays until
/// the address has something else to say.
/// </summary>
internal sealed class AddressFeed(RuleOrigin.Address origin, RuleSourceLimits limits, ProxyMetrics metrics, TimeProvider time, ILogger logger) : IRuleFeed
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _http = new(DocumentFetcher.CreateHandler());
    private readonly CancellationTokenSource _stop = new();
    private SecretFile? _authorization;
    private volatile Content? _content;
    private volatile string _why = "has not been asked yet";
    private int _failures;

    public event Action? Changed;

    public void Start()
    {
        _authorization = origin.Authorization is { } secret ? new SecretFile(secret, time, logger) : null;
        _ = AskAgainAndAgainAsync(_stop.Token);
    }

    public RuleFeedOutcome Read() => _content is { } content
        ? new RuleFeedOutcome.Texts([new RuleText(origin.Name, content.Utf8, limits)])
        : new RuleFeedOutcome.Pending(new ConfigFault(origin.Name, 0, "", $"the address {_why}"));

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _http.Dispose();
        _authorization?.Dispose();
    }

    private async Task AskAgainAndAgainAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await AskAsync(stop);
                await Task.Delay(UntilNext(), time, stop);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The Proxy ends.
        }
    }

    private TimeSpan UntilNext() =>
        _failures == 0 ? origin.Interval : TimeSpan.FromTicks(Math.Min(origin.Interval.Ticks, FirstRetry.Ticks << Math.Min(_failures - 1, 12)));

    private async Task AskAsync(CancellationToken stop)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
            Succeeded(await FetchAsync(either.Token));
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // Whatever it was: one that is not asked again would keep its rules for ever.
            Failed(Describe(fault));
        }
    }

    private static string Describe(Exception fault) => fault switch
    {
        UnusableAnswerException => fault.Message,
        OperationCanceledException => $"did not answer within {Timeout.TotalSeconds:0} s",
        HttpRequestException or IOException => $"could not be asked: {fault.GetBaseException().Message}",
        _ => $"could not be asked: {fault.GetType().Name}",
    };

    /// <summary>Null where there is nothing new.</summary>
    private async Task<Content?> FetchAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, origin.Url);
        if (_authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization.Reveal());
        }

        if (_content?.Tag is { } tag)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        using var response = await _http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotModified && _content?.Tag is not null)
        {
            return null;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new UnusableAnswerException($"answers with status {(int)response.StatusCode}{((int)response.StatusCode is >= 300 and < 400 ? ", and redirects are not followed" : "")}");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new UnusableAnswerException("answers compressed, which nobody asked for");
        }

        var utf8 = await ReadAsync(response.Content, cancellation);
        return _content is { } old && old.Utf8.AsSpan().SequenceEqual(utf8) ? null : new Content(utf8, response.Headers.ETag);
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var most = ConfigLimits.Default.MaximumBytes;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = await stream.ReadAsync(buffer, cancellation); read > 0; read = await stream.ReadAsync(buffer, cancellation))
        {
            if (held.Length + read > most)
            {
                throw new UnusableAnswerException($"answers with more than {most} bytes");
            }

            held.Write(buffer, 0, read);
        }

        return held.ToArray();
    }

    private void Succeeded(Content? content)
    {
        metrics.RulesFetched(succeeded: true);
        if (_failures > 0)
        {
            logger.AddressAnswersAgain(origin.Name);
        }

        _failures = 0;
        if (content is not null)
        {
            _content = content;
            Changed?.Invoke();
        }
    }

    private void Failed(string why)
    {
        metrics.RulesFetched(succeeded: false);
        _why = why;
        if (_failures++ == 0)
        {
            logger.AddressFailed(origin.Name, why);
        }
    }

    private sealed record Content(byte[] Utf8, EntityTagHeaderValue? Tag);

    private sealed class UnusableAnswerException(string message) : IOException(message);
}
