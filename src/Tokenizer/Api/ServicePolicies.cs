using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Api;

/// <summary>What a policy lets a service do, just this once.</summary>
/// <param name="Record">The record that was named, and that tokens must belong to; null where none was.</param>
internal sealed record PolicyPass(PolicySettings Policy, KeyedHash? Record);

/// <summary>Lets services at tokens without a user's session: by a policy that they name, as often as it says, and for its records.</summary>
internal sealed class ServicePolicies(IReadOnlyList<PolicySettings> policies, ITokenStore store, LookupKeys keys, TimeProvider clock)
{
    /// <summary>Each operation counts, whatever becomes of it.</summary>
    public async Task<Outcome<PolicyPass>> AdmitAsync(
        ServiceCaller caller, ApplicationSettings application, JsonBody body, PolicyOperations operation, CancellationToken cancellation)
    {
        if (!body.TryText("policy", out var name) || name is null || !body.TryText("record", out var record) || (record is not null && !StatedSession.IsId(record)))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "policy is missing, or policy or record malformed");
        }

        if (policies.FirstOrDefault(policy => policy.Name == name && policy.Trust == caller.Name) is not { } policy || !policy.Operations.HasFlag(operation))
        {
            return new Refused(TokenizerRefusals.PolicyNotAllowed, $"trust entry {caller.Name} has no policy of that name, or it does not allow {operation}");
        }

        caller.Audited.Rule = "policy:" + policy.Name;
        if (policy.Records.Count > 0 && (record is null || !policy.IsFor(record)))
        {
            return new Refused(TokenizerRefusals.PolicyNotAllowed, $"policy {policy.Name} is for certain records, and another was named, or none");
        }

        var now = clock.NowMilliseconds();
        return await store.CountAsync(keys.OfCounter("policy", policy.Name), policy.PerHour, now, cancellation)
            ? new PolicyPass(policy, record is null ? null : keys.OfRecord(application.Name, record))
            : new Refused(TokenizerRefusals.PolicyLimitReached with { RetryAfter = Hours.SecondsLeft(now) }, $"policy {policy.Name} allows {policy.PerHour} operations an hour");
    }
}
