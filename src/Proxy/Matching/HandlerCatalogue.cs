using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Mutation;

namespace AuthProxy.Proxy.Matching;

/// <summary>Every handler that rules may name, with what the configuration says of it for all rules.</summary>
internal sealed class HandlerCatalogue(
    ProxySettings settings,
    IEnumerable<IHandlerKind<IAuthenticator>> authenticators,
    IEnumerable<IHandlerKind<IAuthorizer>> authorizers,
    IEnumerable<IHandlerKind<IMutator>> mutators,
    IEnumerable<IHandlerKind<IErrorHandler>> errors)
{
    public HandlerKinds<IAuthenticator> Authenticators { get; } = new("authenticators", authenticators, settings.Authenticators, settings.HandlersAreEnabledByDefault);

    public HandlerKinds<IAuthorizer> Authorizers { get; } = new("authorizers", authorizers, settings.Authorizers, settings.HandlersAreEnabledByDefault);

    public HandlerKinds<IMutator> Mutators { get; } = new("mutators", mutators, settings.Mutators, settings.HandlersAreEnabledByDefault);

    public HandlerKinds<IErrorHandler> Errors { get; } = new("errors.handlers", errors, settings.Errors.Handlers, settings.HandlersAreEnabledByDefault);

    /// <summary>What the service's file says of handlers, or of keys of theirs, that do not exist; told once, at start.</summary>
    public void Check(ConfigFaults faults)
    {
        Authenticators.Check(faults);
        Authorizers.Check(faults);
        Mutators.Check(faults);
        Errors.Check(faults);
    }
}
