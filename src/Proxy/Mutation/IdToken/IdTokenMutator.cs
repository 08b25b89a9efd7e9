using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation.IdToken;

/// <summary>Tells the upstream in a signed token who is asking, in place of the client's own credentials.</summary>
internal sealed class IdTokenMutator(IdTokenSettings settings, NamedTemplate claims, TokenKeys keys, IdTokenSource tokens, RuleForm form) : IMutator
{
    private const string Header = "Authorization";

    private static readonly string[] Names = [Header];

    public string Name => IdTokenMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => Names;

    /// <summary>What signs, for whoever publishes the public halves.</summary>
    public TokenKeys Keys => keys;

    public async ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        if (!claims.TryRender(TemplateFacts.Of(request), out var text, out var why))
        {
            return Refuse(why);
        }

        if (await keys.CurrentAsync(cancellation) is not { Signing: var key })
        {
            return Refuse($"there is no key to sign with: {keys.Fault}");
        }

        if (key.IsSecret && form != RuleForm.Oathkeeper)
        {
            return Refuse(IdTokenMutatorKind.SecretKey);
        }

        // In our form no token outlives the session that it speaks for; Oathkeeper's live as long as they say.
        var notAfter = form == RuleForm.Oathkeeper ? null : request.Subject.Session?.ExpiresAt;
        switch (await tokens.ForAsync(settings, key, request.Subject, text, notAfter, cancellation))
        {
            case IdTokenOutcome.Signed signed:
                request.Identity.SetAsIs(Header, "Bearer " + signed.Token);
                return MutationOutcome.Done.Instance;
            case IdTokenOutcome.Failed failed:
                return Refuse(failed.Why);
            default:
                throw new UnreachableException();
        }
    }

    private static MutationOutcome.Refused Refuse(string why) => new(ProxyRefusals.IdentityUnavailable, why);
}

internal sealed class IdTokenMutatorKind(TokenKeyRings rings, IdTokenSource tokens) : IHandlerKind<IMutator>
{
    public const string KindName = "id_token";
    public const string SecretKey = "signs with a shared secret, with which every upstream that verifies could also sign; use an RS, PS or ES key";

    public string Name => KindName;

    public Schema Schema => IdTokenSettings.Schema;

    public IReadOnlyList<string> Destinations => ["jwks_url"];

    public IMutator? Prepare(HandlerPreparation preparation)
    {
        if (!preparation.TryRead(IdTokenSettings.Schema, out var settings)
            || NamedTemplate.Compile(preparation, "claims", settings.Claims.Length > 0 ? settings.Claims : "{}", "the", TemplateContext.Json) is not { } claims)
        {
            return null;
        }

        var keys = rings.For(settings.JwksUrl, settings.KeysLifetime);
        if (keys is { IsFile: true, Known: null })
        {
            preparation.Fault($"cannot sign with {settings.JwksUrl}: {keys.Fault}");
            return null;
        }

        if (preparation.Form != RuleForm.Oathkeeper && keys.Known is { Signing.IsSecret: true })
        {
            preparation.Fault(SecretKey);
            return null;
        }

        return new IdTokenMutator(settings, claims, keys, tokens, preparation.Form);
    }
}
