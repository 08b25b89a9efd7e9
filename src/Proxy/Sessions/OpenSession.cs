using System.Security.Cryptography;

namespace AuthProxy.Proxy.Sessions;

/// <summary>A session as the store has it, with what seals it again. To be disposed of: the record's key must not linger in memory.</summary>
/// <param name="Session">The session.</param>
/// <param name="Index">Its index record.</param>
/// <param name="RecordKey">What its record is sealed under.</param>
internal sealed record OpenSession(Session Session, SessionIndex Index, byte[] RecordKey) : IDisposable
{
    public void Dispose() => CryptographicOperations.ZeroMemory(RecordKey);

    public override string ToString() => Session.ToString();
}
