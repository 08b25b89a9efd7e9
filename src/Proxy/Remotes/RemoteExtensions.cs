namespace AuthProxy.Proxy.Remotes;

internal static class RemoteExtensions
{
    public static IServiceCollection AddRemotes(this IServiceCollection services) => services.AddSingleton<IRemoteCaller, RemoteCaller>();
}
