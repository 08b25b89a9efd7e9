using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Knocks before the client library goes in. The library's TLS handshake holds a thread for as long as a stopped server is silent, and
/// what it says of a failure would not tell an operator whether it was the network, the certificate or the password.
/// </summary>
internal static class RedisDoor
{
    /// <exception cref="RedisUnavailableException">Nobody answered, or somebody else did.</exception>
    public static async Task KnockAsync(RedisEndpoint endpoint, RedisTls? tls, TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            // The library speaks IPv4 only: a server that just IPv6 reaches would be found here and lost there.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, either.Token);
            if (tls is not null)
            {
                await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
                await stream.AuthenticateAsClientAsync(OptionsOf(tls, endpoint), either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RedisUnavailableException($"{endpoint} did not answer within {patience.TotalMilliseconds:0} ms");
        }
        catch (AuthenticationException fault)
        {
            throw new RedisUnavailableException($"{endpoint}: TLS failed ({fault.Message})", fault);
        }
        catch (CryptographicException fault)
        {
            throw new RedisUnavailableException($"{endpoint}: a file of sessions.redis.tls holds no usable certificate or key", fault);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            throw new RedisUnavailableException($"{endpoint}: {fault.Message}", fault);
        }
    }

    private static SslClientAuthenticationOptions OptionsOf(RedisTls tls, RedisEndpoint endpoint) => new()
    {
        TargetHost = tls.NameOf(endpoint),
        RemoteCertificateValidationCallback = tls.IsTrusted,
        ClientCertificates = tls.ShowsCertificate ? [tls.OwnCertificate()] : null,
    };
}
