using System.Net;
using System.Net.Sockets;

namespace AuthProxy.Demo;

/// <summary>Where everything listens, all on 127.0.0.1. The numbers in <c>config/</c> are those of the usual base.</summary>
internal sealed class DemoAddresses(int portBase)
{
    public const int UsualBase = 4455;

    private static readonly int[] UsualPorts = [4455, 4456, 4461, 4462, 4470, 4480];

    public int Proxy => Moved(4455);

    public string ProxyApi => $"http://127.0.0.1:{Moved(4456)}";

    public string TokenizerUsers => $"http://127.0.0.1:{Moved(4461)}";

    public string TokenizerServices => $"http://127.0.0.1:{Moved(4462)}";

    public string BankApplication => $"http://127.0.0.1:{Moved(4470)}";

    public int IdentityProviderPort => Moved(4480);

    public string IdentityProvider => $"http://127.0.0.1:{IdentityProviderPort}";

    /// <summary>The bank as browsers see it.</summary>
    public string Bank => $"http://bank.app.localhost:{Proxy}";

    /// <summary>The vault as browsers see it.</summary>
    public string Vault => $"http://vault.app.localhost:{Proxy}";

    public bool AreUsual => portBase == UsualBase;

    public static DemoAddresses Choose(DemoOptions options)
    {
        var wanted = new DemoAddresses(options.PortBase ?? UsualBase);
        if (wanted.FirstBusyPort() is not { } busy)
        {
            return wanted;
        }

        // A check beside a running demo takes other ports; who named a port, or wants to open a browser, gets an answer instead.
        if (!options.Check || options.PortBase is not null)
        {
            throw new DemoException($"port {busy} is in use; stop what listens there, or choose other ports with --port-base 14455");
        }

        for (var other = 21455; other < 32000; other += 101)
        {
            var addresses = new DemoAddresses(other);
            if (addresses.FirstBusyPort() is null)
            {
                return addresses;
            }
        }

        throw new DemoException("no free ports were found between 21455 and 32000");
    }

    /// <summary>Writes this demo's ports in place of the usual ones.</summary>
    public string Move(string configuration)
    {
        if (AreUsual)
        {
            return configuration;
        }

        foreach (var port in UsualPorts)
        {
            configuration = configuration.Replace($":{port}", $":{Moved(port)}", StringComparison.Ordinal).Replace($"port: {port}", $"port: {Moved(port)}", StringComparison.Ordinal);
        }

        return configuration;
    }

    private int Moved(int usual) => usual - UsualBase + portBase;

    private int? FirstBusyPort()
    {
        foreach (var port in UsualPorts.Select(Moved))
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
            }
            catch (SocketException)
            {
                return port;
            }
        }

        return null;
    }
}
