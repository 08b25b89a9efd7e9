using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>
/// Grants: the permission of one session to use a data token for a limited time. (Not the grant types of OAuth.)
/// Make one for every token that goes to a browser; verify one for every token that comes from a browser, before storing it.
/// Each method returns only if it holds for every token; otherwise it throws <see cref="TokenizerException"/>.
/// </summary>
public interface IGrants
{
    /// <summary>Lets the request's session use a token.</summary>
    /// <param name="context">The request; its assertion names the session and proves that it lives.</param>
    /// <param name="token">The token.</param>
    /// <param name="duration">How long; the Tokenizer's default when left out. Never past the session's end.</param>
    /// <param name="cancellation">Ends the call early.</param>
    Task CreateAsync(HttpContext context, string token, TimeSpan? duration = null, CancellationToken cancellation = default);

    /// <summary>Lets the request's session use several tokens.</summary>
    /// <param name="context">The request; its assertion names the session and proves that it lives.</param>
    /// <param name="tokens">The tokens; none is fine, there is nothing to grant then.</param>
    /// <param name="duration">How long; the Tokenizer's default when left out. Never past the session's end.</param>
    /// <param name="cancellation">Ends the call early.</param>
    Task CreateAsync(HttpContext context, IReadOnlyCollection<string> tokens, TimeSpan? duration = null, CancellationToken cancellation = default);

    /// <summary>Lets a session, which the Tokenizer knows already, use several tokens.</summary>
    /// <param name="sessionId">The session's public id (<c>sid</c>).</param>
    /// <param name="tokens">The tokens; none is fine, there is nothing to grant then.</param>
    /// <param name="duration">How long; the Tokenizer's default when left out. Never past the session's end.</param>
    /// <param name="cancellation">Ends the call early.</param>
    Task CreateAsync(string sessionId, IReadOnlyCollection<string> tokens, TimeSpan? duration = null, CancellationToken cancellation = default);

    /// <summary>Makes sure that the request's session may use a token.</summary>
    /// <param name="context">The request; its assertion names the session.</param>
    /// <param name="token">The token, as the browser sent it.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <exception cref="TokenizerException">The grant is missing, the text is no token, or it could not be found out.</exception>
    Task VerifyAsync(HttpContext context, string? token, CancellationToken cancellation = default);

    /// <summary>Makes sure that the request's session may use every one of several tokens.</summary>
    /// <param name="context">The request; its assertion names the session.</param>
    /// <param name="tokens">The tokens, as the browser sent them; at least one.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <exception cref="TokenizerException">A grant is missing, a text is no token, or it could not be found out.</exception>
    Task VerifyAsync(HttpContext context, IReadOnlyCollection<string?> tokens, CancellationToken cancellation = default);

    /// <summary>Makes sure that a session may use every one of several tokens.</summary>
    /// <param name="sessionId">The session's public id (<c>sid</c>).</param>
    /// <param name="tokens">The tokens, as the browser sent them; at least one.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <exception cref="TokenizerException">A grant is missing, a text is no token, or it could not be found out.</exception>
    Task VerifyAsync(string sessionId, IReadOnlyCollection<string?> tokens, CancellationToken cancellation = default);
}
