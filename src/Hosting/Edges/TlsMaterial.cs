using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Edges;

/// <summary>Certificates as loaded once; a reload makes a new one.</summary>
internal sealed class TlsMaterial : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _chain;
    private readonly X509Certificate2Collection? _clientCa;

    private TlsMaterial(X509Certificate2 leaf, X509Certificate2Collection chain, X509Certificate2Collection? clientCa)
    {
        (_leaf, _chain, _clientCa) = (leaf, chain, clientCa);
        Options = new SslServerAuthenticationOptions
        {
            // Offline: a handshake must not wait for, or tell, somebody else's server.
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            ClientCertificateRequired = clientCa is not null,

            // A resumed session would carry a certificate past a change of authorities.
            AllowTlsResume = clientCa is null,
            RemoteCertificateValidationCallback = clientCa is null ? null : (_, certificate, _, _) => IsFromOurAuthorities(certificate),
        };
    }

    public SslServerAuthenticationOptions Options { get; }

    public DateTimeOffset NotAfter => _leaf.NotAfter;

    public static bool TryRead(TlsSettings settings, [NotNullWhen(true)] out TlsMaterial? material, out string why)
    {
        material = null;
        try
        {
            var pem = settings.Certificate.ReadPem();
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            var clientCa = settings.ClientCa is { } source ? ReadAuthorities(source) : null;
            var leaf = X509Certificate2.CreateFromPem(pem, settings.Key.ReadPem());
            chain.RemoveAt(0);
            material = new TlsMaterial(leaf, chain, clientCa);
            why = "";
            return true;
        }
        catch (FileTooLargeException fault)
        {
            why = $"names a file that is too large: {fault.Message}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = "names a file that cannot be read";
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or FormatException)
        {
            // The exception's own words may quote what it read.
            why = "holds no PEM certificate, or no unencrypted key that belongs to it";
        }

        return false;
    }

    public void Dispose()
    {
        _leaf.Dispose();
        foreach (var certificate in _chain.Concat(_clientCa ?? []))
        {
            certificate.Dispose();
        }
    }

    private static X509Certificate2Collection ReadAuthorities(TlsSource source)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(source.ReadPem());

        // An empty list would let nobody in, or, read carelessly, everybody.
        return authorities.Count > 0 ? authorities : throw new CryptographicException("no authority");
    }

    private bool IsFromOurAuthorities(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 client)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_clientCa!);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));

        // There is no way to fetch revocation lists from inside a pod; authorities here are the cluster's own, with short-lived certificates.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(client);
    }
}
