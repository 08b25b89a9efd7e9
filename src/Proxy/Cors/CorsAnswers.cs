using System.Buffers;
using System.Globalization;
using AuthProxy.Rules.Policies;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Cors;

/// <summary>
/// What one CORS policy makes browsers know, its texts made once. The origin of a request decides whether anything is said; no
/// origin that the policy does not list ever comes back in an answer.
/// </summary>
internal sealed class CorsAnswers(CorsPolicy policy)
{
    private const string PreflightVary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    private const int LongestHeaderList = 4096;

    private static readonly SearchValues<char> HeaderListCharacters =
        SearchValues.Create("-_, ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    // Whatever an upstream says of these would be a second policy beside this one.
    private static readonly string[] Names =
    [
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlExposeHeaders, HeaderNames.AccessControlAllowMethods,
        HeaderNames.AccessControlAllowHeaders, HeaderNames.AccessControlMaxAge, "Access-Control-Allow-Private-Network",
    ];

    private readonly string _headers = string.Join(", ", policy.Headers);
    private readonly string _exposed = string.Join(", ", policy.ExposedHeaders);
    private readonly string? _maxAge = policy.MaxAge > 0 ? policy.MaxAge.ToString(CultureInfo.InvariantCulture) : null;
    private readonly bool _anyHeader = policy.Headers.Contains(CorsPolicy.Any);

    /// <summary>Has the answer's head carry the policy, whoever writes the answer: the upstream, an error handler, ourselves.</summary>
    public void ApplyLater(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var (context, answers) = ((HttpContext, CorsAnswers))state;
            answers.Apply(context.Request.Headers.Origin, context.Response.Headers);
            return Task.CompletedTask;
        },
        (context, this));

    /// <summary>The head of an answer to anything but a preflight.</summary>
    public void Apply(StringValues origin, IHeaderDictionary response)
    {
        foreach (var name in Names)
        {
            response.Remove(name);
        }

        // Also where there is no origin, or none that is listed: a cache must not hand this answer to a page that is listed, nor the other way round.
        if (!Varies(response.Vary))
        {
            response.Vary = StringValues.Concat(response.Vary, HeaderNames.Origin);
        }

        if (Allow(origin, response) && _exposed.Length > 0)
        {
            response.AccessControlExposeHeaders = _exposed;
        }
    }

    /// <summary>The whole answer to a preflight: 204, and what the browser wants to know where it may know it.</summary>
    public void AnswerPreflight(HttpContext context, string method)
    {
        var (request, response) = (context.Request.Headers, context.Response);
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Vary = PreflightVary;
        if (!policy.AllowsMethod(method) || !Allow(request.Origin, response.Headers))
        {
            return;
        }

        response.Headers.AccessControlAllowMethods = method;
        if ((_anyHeader ? Echo(request.AccessControlRequestHeaders) : _headers) is { Length: > 0 } headers)
        {
            response.Headers.AccessControlAllowHeaders = headers;
        }

        if (_maxAge is not null)
        {
            response.Headers.AccessControlMaxAge = _maxAge;
        }
    }

    private bool Allow(StringValues origin, IHeaderDictionary response)
    {
        if (policy.AllowsAnyOrigin)
        {
            response.AccessControlAllowOrigin = CorsPolicy.Any;
            return true;
        }

        if (origin is not [{ } one] || !policy.AllowsOrigin(one))
        {
            return false;
        }

        response.AccessControlAllowOrigin = one;
        if (policy.AllowCredentials)
        {
            response.AccessControlAllowCredentials = "true";
        }

        return true;
    }

    // A star would not cover Authorization, and with credentials it is the name of a header.
    private static string? Echo(StringValues wanted) =>
        wanted is [{ Length: > 0 and <= LongestHeaderList } one] && !one.AsSpan().ContainsAnyExcept(HeaderListCharacters) ? one : null;

    private static bool Varies(StringValues vary)
    {
        foreach (var line in vary)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var name = line.AsSpan(range).Trim();
                if (name is "*" || name.Equals(HeaderNames.Origin, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
