using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Health;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Admin;

/// <summary>
/// Where operators speak to the Proxy: a unix socket in its own volume and nowhere else. The application shares the pod's network,
/// not its files.
/// </summary>
internal static class AdminListener
{
    public const string Name = "admin";

    /// <summary>Null where there is no such listener.</summary>
    public static ListenerSettings? Settings(ProxySettings settings) =>
        settings.Serve.Admin is { Enabled: true } admin
            ? new ListenerSettings("localhost", 0, Socket: admin.Socket ?? Path.Combine(settings.DataFolder, "admin.sock"))
            : null;

    // A pipeline of its own: nothing that is mapped here can be reached on another listener.
    public static RequestDelegate Pipeline(IServiceProvider services)
    {
        var admin = new ApplicationBuilder(services);
        admin.UseRouting();
        admin.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth(services.GetRequiredService<HealthState>());
            endpoints.MapAdmin(services);
        });
        return admin.Build();
    }
}
