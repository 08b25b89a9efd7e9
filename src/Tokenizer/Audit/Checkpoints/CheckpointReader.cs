using System.Security.Cryptography;
using System.Text;
using AuthProxy.Jose;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>Believes a checkpoint that was signed with one of the known keys, and nothing else.</summary>
internal sealed class CheckpointReader(IKeySource keys, string realm, TimeProvider clock)
{
    /// <summary>Some thousand chains; a replica needs one.</summary>
    public const int LargestText = 1024 * 1024;

    private static readonly JwtPolicy Policy = new()
    {
        Algorithms = [JwtAlgorithms.ES256],
        Issuers = [Checkpoint.Issuer],
        Type = JwtTypes.AuditCheckpoint,
        RequireExpiry = false,
    };

    private readonly JwtVerifier _verifier = new(clock, new JwtLimits { MaxTokenBytes = LargestText });

    public async ValueTask<CheckpointOutcome> ReadAsync(string text, CancellationToken cancellation) => await _verifier.VerifyAsync(text, Policy, keys, cancellation) switch
    {
        JwtOutcome.Verified(var jwt) => Checkpoint.Read(jwt) is { } checkpoint
            ? checkpoint.Realm == realm ? new CheckpointOutcome.Good(checkpoint) : new CheckpointOutcome.Bad($"it is of realm {checkpoint.Realm}")
            : new CheckpointOutcome.Bad("its claims are malformed"),
        JwtOutcome.Rejected(_, var why) => new CheckpointOutcome.Bad(why),
        _ => new CheckpointOutcome.Bad("it was not verified"),
    };

    /// <summary>What the next checkpoint names as the one before it: the hash of the text as it was signed.</summary>
    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

internal abstract record CheckpointOutcome
{
    private CheckpointOutcome() { }

    public sealed record Good(Checkpoint Checkpoint) : CheckpointOutcome;

    public sealed record Bad(string Why) : CheckpointOutcome;
}
