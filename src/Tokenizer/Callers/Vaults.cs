using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Which application's vault a request is for. Each has an origin of its own.</summary>
internal sealed class Vaults(IReadOnlyList<ApplicationSettings> applications)
{
    /// <returns>Null where no vault has this host.</returns>
    public ApplicationSettings? At(HostString host) => applications.FirstOrDefault(application => application.IsVault(host));
}
