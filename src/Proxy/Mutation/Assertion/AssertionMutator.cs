using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Mutation.Assertion;

/// <summary>
/// Tells the upstream in a signed token who is asking, and in plain headers beside it for applications that cannot verify one.
/// The Tokenizer believes only the token.
/// </summary>
internal sealed class AssertionMutator(IAssertionAudience audience, AssertionSource source, bool bindRequest) : IMutator
{
    public const string AssertionHeader = "X-Auth-Assertion";
    public const string SubjectHeader = "X-Auth-Subject";
    public const string SessionHeader = "X-Auth-Session";

    /// <summary>There, with <c>true</c>, where nobody has logged in.</summary>
    public const string GuestHeader = "X-Auth-Guest";

    /// <summary>Ours on every rule, whether it sets them or not.</summary>
    public static readonly IReadOnlyCollection<string> Names = [AssertionHeader, SubjectHeader, SessionHeader, GuestHeader];

    public string Name => AssertionMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => Names;

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var subject = request.Subject;
        if (subject.Id.Length == 0)
        {
            return Refuse("the authenticator accepted without learning who is asking");
        }

        if (audience.For(request) is not { } profile)
        {
            return Refuse("the host is nobody's vault (tokenizer.vaults)");
        }

        if ((bindRequest ? source.ForRequest(subject, profile, request.Received) : source.For(subject, profile)) is not { } assertion)
        {
            return Refuse("the assertion with its claims is too long for a header");
        }

        request.Identity.Set(AssertionHeader, assertion);
        request.Identity.Set(SubjectHeader, subject.Id);
        if (subject.Session is { } session)
        {
            request.Identity.Set(SessionHeader, session.Sid);
            if (session.IsGuest)
            {
                request.Identity.Set(GuestHeader, "true");
            }
        }

        return new(MutationOutcome.Done.Instance);
    }

    private static ValueTask<MutationOutcome> Refuse(string why) => new(new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, why));
}

internal sealed class AssertionMutatorKind(ProxySettings settings, AssertionSource source, AssertionProfiles profiles) : IHandlerKind<IMutator>
{
    public const string KindName = "assertion";

    public string Name => KindName;

    public Schema Schema => AssertionMutatorSettings.Schema;

    public IMutator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(AssertionMutatorSettings.Schema, out var own) && AudienceOf(preparation, own) is { } audience
            ? new AssertionMutator(audience, source, own.BindRequest)
            : null;

    private IAssertionAudience? AudienceOf(HandlerPreparation preparation, AssertionMutatorSettings own)
    {
        if (preparation.Rule?.Upstream is { IsTokenizer: true })
        {
            return VaultAudience(preparation, own);
        }

        var declared = settings.Assertion.Audiences;
        if (own.Audience is null && declared is not [_])
        {
            preparation.Fault($"names no audience; write one of assertion.audiences ({(declared.Count > 0 ? string.Join(", ", declared) : "which is empty")})");
            return null;
        }

        var audience = own.Audience ?? declared[0];
        if (!declared.Contains(audience, StringComparer.Ordinal))
        {
            preparation.Fault($"names audience '{audience}', which is none of assertion.audiences ({string.Join(", ", declared)})");
            return null;
        }

        return new FixedAudience(profiles.For(audience, own.Claims, preparation.Revision));
    }

    private VaultAudience? VaultAudience(HandlerPreparation preparation, AssertionMutatorSettings own)
    {
        if (own.Audience is not null)
        {
            preparation.Fault("names an audience, but towards the Tokenizer that is decided by the host (tokenizer.vaults)");
            return null;
        }

        if (settings.Tokenizer.Vaults.Count == 0)
        {
            preparation.Fault("goes to the Tokenizer, but tokenizer.vaults names no host");
            return null;
        }

        return new VaultAudience(settings.Tokenizer.Vaults.ToDictionary(
            vault => vault.Host,
            vault => profiles.For($"{AssertionSettings.TokenizerAudiencePrefix}:{vault.Application}", own.Claims, preparation.Revision),
            StringComparer.OrdinalIgnoreCase));
    }
}
