using System.Diagnostics;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.OpenIdConnect.Revocation;

/// <summary>What became of a token at the provider's revocation endpoint.</summary>
internal abstract record RevocationOutcome
{
    private RevocationOutcome()
    {
    }

    /// <summary>It is good no longer, or was not before.</summary>
    public sealed record Revoked : RevocationOutcome;

    /// <summary>The provider names no such endpoint.</summary>
    public sealed record NotOffered : RevocationOutcome;

    public sealed record Refused(string Why) : RevocationOutcome;

    public sealed record Unavailable(string Why) : RevocationOutcome;
}

/// <summary>Revokes refresh tokens at their provider (RFC 7009).</summary>
internal sealed class RevocationEndpoint(Discovery discovery, ClientForms forms)
{
    /// <summary>Ends within the provider's own time limit.</summary>
    public async Task<RevocationOutcome> RevokeAsync(string refreshToken, CancellationToken cancellation)
    {
        if (await discovery.FindAsync(cancellation) is not { } metadata)
        {
            return new RevocationOutcome.Unavailable("the provider's discovery document cannot be had");
        }

        if (metadata.RevocationEndpoint is not { } endpoint)
        {
            return new RevocationOutcome.NotOffered();
        }

        return await forms.PostUnansweredAsync(
            ("the revocation endpoint", endpoint), metadata.TokenEndpoint, [new("token", refreshToken), new("token_type_hint", "refresh_token")], cancellation) switch
        {
            FormOutcome.Answered => new RevocationOutcome.Revoked(),
            FormOutcome.Refused refused => new RevocationOutcome.Refused(refused.Why),
            FormOutcome.Unavailable unavailable => new RevocationOutcome.Unavailable(unavailable.Why),
            _ => throw new UnreachableException(),
        };
    }
}
