using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>Whom we believe to be our Redis, and what we show it. Files are read at each new connection: renewed ones need no restart.</summary>
internal sealed class RedisTls(RedisTlsSettings settings)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The name that a server's certificate must carry.</summary>
    public string NameOf(RedisEndpoint endpoint) => settings.ServerName ?? endpoint.Host;

    /// <summary>The name for all servers; null where each goes by its own.</summary>
    public string? ServerName => settings.ServerName;

    public bool ShowsCertificate => settings.CertificateFile is not null;

    public X509Certificate2 OwnCertificate() => X509Certificate2.CreateFromPem(SmallFile.ReadText(settings.CertificateFile!), SmallFile.ReadText(settings.KeyFile!));

    /// <summary>Decides about a server's certificate. What the handshake found wrong with the name stays wrong, whoever signed.</summary>
    public bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (settings.AuthorityFile is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || certificate is not X509Certificate2 server)
        {
            return errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPem(SmallFile.ReadText(settings.AuthorityFile));
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        if (chain is not null)
        {
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        }

        return own.Build(server);
    }
}
