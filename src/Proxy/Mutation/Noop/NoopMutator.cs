using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Mutation.Noop;

/// <summary>Tells the upstream nothing.</summary>
internal sealed class NoopMutator : IMutator
{
    public string Name => NoopMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => [];

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(MutationOutcome.Done.Instance);
}

internal sealed class NoopMutatorKind : IHandlerKind<IMutator>
{
    public const string KindName = "noop";

    private static readonly Schema<NoSettings> Settings = NoSettings.Of(KindName, "Tells the upstream nothing.");

    public string Name => KindName;

    public Schema Schema => Settings;

    public IMutator? Prepare(HandlerPreparation preparation) => NoSettings.Suffice(preparation, Settings) ? new NoopMutator() : null;
}
