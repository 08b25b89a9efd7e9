using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>Turns what must not lie in the database (tokens, session ids, subjects) into the hashes that do.</summary>
internal sealed class LookupKeys
{
    private readonly LookupKey[] _tokens;
    private readonly LookupKey _subjects;
    private readonly LookupKey _sessions;
    private readonly LookupKey[] _audit;

    public LookupKeys(IEnumerable<LookupKey> keys)
    {
        var byPurpose = keys.ToLookup(key => key.Purpose);
        _tokens = [.. byPurpose[LookupPurposes.Token].OrderByDescending(key => key.Version)];
        _subjects = byPurpose[LookupPurposes.Subject].MaxBy(key => key.Version)!;
        _sessions = byPurpose[LookupPurposes.Session].MaxBy(key => key.Version)!;
        _audit = [.. byPurpose[LookupPurposes.Audit].OrderByDescending(key => key.Version)];
    }

    /// <summary>The hash under the newest key: for new rows.</summary>
    public KeyedHash ForNew(DataToken token) => new(_tokens[0].Version, Hash(_tokens[0], token));

    /// <summary>The hashes that the token's row may lie under, one a key version.</summary>
    public byte[][] Of(DataToken token) => Array.ConvertAll(_tokens, key => Hash(key, token));

    /// <summary>A subject is an issuer and what that issuer calls it.</summary>
    public KeyedHash OfSubject(string issuer, string subject) =>
        new(_subjects.Version, _subjects.Hash("subject", Encoding.UTF8.GetBytes(issuer), Encoding.UTF8.GetBytes(subject)));

    /// <summary>A record of an application, as the application calls it.</summary>
    public KeyedHash OfRecord(string application, string record) =>
        new(_subjects.Version, _subjects.Hash("record", Encoding.UTF8.GetBytes(application), Encoding.UTF8.GetBytes(record)));

    /// <summary>A session is a trust anchor and the id that the anchor gave it.</summary>
    public byte[] OfSession(string anchor, string sid) =>
        _sessions.Hash("session", Encoding.UTF8.GetBytes(anchor), Encoding.UTF8.GetBytes(sid));

    /// <summary>A session that an application owns: the trust anchor is the issuer that signed its users in.</summary>
    public byte[] OfSession(string application, string issuer, string sid) =>
        _sessions.Hash("application session", Encoding.UTF8.GetBytes(application), Encoding.UTF8.GetBytes(issuer), Encoding.UTF8.GetBytes(sid));

    /// <summary>Makes the state of a login ours, and binds it to a browser. A login that was begun before the database was restored cannot be finished.</summary>
    public byte[] OfLoginState(string application, byte[] payload, byte[] binding) =>
        _sessions.Hash("login state", Encoding.UTF8.GetBytes(application), payload, binding, _sessions.RowId);

    /// <summary>What is kept of something that is good once.</summary>
    public byte[] OfSpent(string kind, byte[] spent) => _sessions.Hash("spent " + kind, spent);

    /// <summary>Something that is counted by the hour.</summary>
    public byte[] OfCounter(string kind, string name) => _sessions.Hash("counter " + kind, Encoding.UTF8.GetBytes(name));

    /// <summary>A request with an idempotency key: who asks, and under which key.</summary>
    public byte[] OfRequest(byte[] caller, string key) => _sessions.Hash("idempotent request", caller, Encoding.UTF8.GetBytes(key));

    /// <summary>What such a request asks. Keyed, since it may hold a value that could be guessed.</summary>
    public byte[] OfContent(string path, ReadOnlyMemory<byte> body) => _sessions.Hash("idempotent content", Encoding.UTF8.GetBytes(path), body.ToArray());

    /// <summary>Under what its answer is sealed: whoever knows neither key nor body opens nothing, with the database and with the master key.</summary>
    public byte[] OfAnswer(byte[] caller, string key, ReadOnlyMemory<byte> body) =>
        _sessions.Hash("idempotent answer", caller, Encoding.UTF8.GetBytes(key), body.ToArray());

    /// <summary>What a client may know a session by. Says nothing about the hash in the database.</summary>
    public string SessionMark(byte[] session) => Convert.ToHexStringLower(_sessions.Hash("session mark", session));

    /// <summary>The keys that people are sealed under in a chain of the audit, the one to seal with first.</summary>
    public byte[][] AuditActorKeys(byte[] chain) => Array.ConvertAll(_audit, key => key.Hash("audit actor key", chain));

    /// <summary>What only a holder of the audit's key can put behind a line.</summary>
    public byte[] AuditLineSeal(byte[] line) => _audit[0].Hash("audit line", line);

    public bool IsAuditLineSeal(byte[] line, ReadOnlySpan<byte> seal)
    {
        foreach (var key in _audit)
        {
            if (CryptographicOperations.FixedTimeEquals(key.Hash("audit line", line), seal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Seeds of the keys that checkpoints of the audit are signed with, the newest first.</summary>
    /// <param name="attempt">Not every seed gives a key; the next attempt gives another one.</param>
    public byte[][] AuditSigningSeeds(int attempt) => Array.ConvertAll(_audit, key => key.Hash("audit signing key", AssociatedData.Number(attempt)));

    private static byte[] Hash(LookupKey key, DataToken token) => key.Hash("token", token.ToBytes());
}
