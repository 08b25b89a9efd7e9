using System.Diagnostics;
using System.Text.Unicode;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Rules.Grants;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Lets a request pass when its session holds a grant for every data token that it names where the rule looks. The upstream sees
/// nothing of a request that does not pass, so an author who forgot the check has not forgotten anything.
/// </summary>
internal sealed class GrantCheck(GrantRequirement requirement, int bodyLimit, BodyHolder bodies, IGrantVerifier verifier)
{
    private readonly OtherSpellings _spellings = new(requirement.Verify);

    public async ValueTask<AuthorizationOutcome> CheckAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        if (request.Subject.Session is not { } session)
        {
            return Refuse(ProxyRefusals.GrantMissing, "the request belongs to no session, and only a session holds grants");
        }

        if (requirement.NeedsBody && !request.IsForwarded)
        {
            return Refuse(ProxyRefusals.GrantsNeedForwarding, "the rule looks for tokens in the body, which stays with the caller of a decision");
        }

        if (WhyUncheckable(request.Received) is { } uncheckable)
        {
            return Refuse(ProxyRefusals.BodyTypeUndeclared, uncheckable);
        }

        if (_spellings.WhyAmbiguous(request.Received) is { } ambiguous)
        {
            return Refuse(ProxyRefusals.RequestMalformed, ambiguous);
        }

        HeldBody? body = null;
        if (requirement.NeedsBody)
        {
            switch (await HoldAsync(context, request, cancellation))
            {
                case HeldBodyOutcome.Held held:
                    body = held.Body;
                    break;
                case HeldBodyOutcome.Empty:
                    break;
                case HeldBodyOutcome.Refused refused:
                    return Refuse(refused.Refusal, refused.Why);
                default:
                    throw new UnreachableException();
            }
        }

        return Select(requirement, request, body) switch
        {
            TokenSelection.Selected selected => await VerifyAsync(request, session, selected.Tokens, body, cancellation),
            TokenSelection.NotAToken other => Refuse(ProxyRefusals.TokenMalformed, $"{other.Selector} holds something that is no token"),
            TokenSelection.Unreadable { Place: TokenPlace.Body } unreadable => Refuse(ProxyRefusals.BodyUnreadable, unreadable.Why),
            TokenSelection.Unreadable unreadable => Refuse(ProxyRefusals.RequestMalformed, unreadable.Why),
            _ => throw new UnreachableException(),
        };
    }

    private async ValueTask<HeldBodyOutcome> HoldAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        if (BodyDeclaration.WhyUnreadable(request.Received.Headers) is { } why)
        {
            // A body of no bytes needs no type: some clients announce one and send nothing.
            var empty = await bodies.HoldAsync(context, request, 0, cancellation);
            return empty is HeldBodyOutcome.Refused { Refusal: var refusal } && refusal == ProxyRefusals.BodyTooLarge
                ? new HeldBodyOutcome.Refused(ProxyRefusals.BodyTypeUndeclared, why)
                : empty;
        }

        var outcome = await bodies.HoldAsync(context, request, bodyLimit, cancellation);
        return outcome is HeldBodyOutcome.Held { Body: var body } && !Utf8.IsValid(body.Bytes)
            ? new HeldBodyOutcome.Refused(ProxyRefusals.BodyUnreadable, "the body is not UTF-8")
            : outcome;
    }

    private async ValueTask<AuthorizationOutcome> VerifyAsync(
        ProxiedRequest request, SessionIdentity session, IReadOnlyList<string> tokens, HeldBody? body, CancellationToken cancellation)
    {
        if (tokens.Count == 0)
        {
            return AuthorizationOutcome.Allowed.Instance;
        }

        if (tokens.Count > GrantQuestion.MostTokens)
        {
            return Refuse(ProxyRefusals.TokensTooMany, $"{tokens.Count} different tokens; at most {GrantQuestion.MostTokens} are checked at once");
        }

        switch (await verifier.VerifyAsync(new GrantQuestion(request.Subject, session, tokens), cancellation))
        {
            case GrantVerdict.Answered answered when answered.Answers.Count == tokens.Count:
                var missing = Missing(tokens, answered.Answers);
                return missing.Count == 0
                    ? AuthorizationOutcome.Allowed.Instance
                    : Refuse(ProxyRefusals.GrantMissing, WhereMissing(request, body, missing, tokens.Count));
            case GrantVerdict.Answered:
                return Refuse(ProxyRefusals.TokenizerUnavailable, "the Tokenizer's answer does not cover what was asked");
            case GrantVerdict.Unavailable unavailable:
                return Refuse(ProxyRefusals.TokenizerUnavailable, unavailable.Why);
            default:
                throw new UnreachableException();
        }
    }

    private static HashSet<string> Missing(IReadOnlyList<string> tokens, IReadOnlyList<GrantAnswer> answers)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!answers[i].Valid)
            {
                missing.Add(tokens[i]);
            }
        }

        return missing;
    }

    /// <summary>Where and how many, never which: the rule's own words for the places, no text of the request.</summary>
    private string WhereMissing(ProxiedRequest request, HeldBody? body, HashSet<string> missing, int all)
    {
        var places = new List<string>();
        foreach (var selector in requirement.Verify)
        {
            // A refusal may take a second look at the request; the good path looks once.
            if (Select(new GrantRequirement([selector]), request, body) is TokenSelection.Selected selected
                && selected.Tokens.Count(missing.Contains) is > 0 and var count)
            {
                places.Add($"{count} in {selector}");
            }
        }

        return $"no grant for {missing.Count} of {all} tokens: {string.Join(", ", places)}";
    }

    private static TokenSelection Select(GrantRequirement requirement, ProxiedRequest request, HeldBody? body) =>
        requirement.Select(
            request.Match.Captures,
            request.Received.Target.Query,
            name => request.Received.Headers[name],
            body is null ? default : body.Bytes);

    private static string? WhyUncheckable(FrozenRequest received) =>
        received.IsUpgrade ? "what is sent after an upgrade cannot be checked"
        : received.Kind == RequestKind.Grpc ? "gRPC messages cannot be checked"
        : null;

    private static AuthorizationOutcome.Refused Refuse(Refusal refusal, string why) => new(refusal, why);
}
