using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Logging;
using AuthProxy.Hosting.Tracing;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>Everything an operator sets, read and checked.</summary>
/// <param name="Realm">The proxies that share sessions; part of every session's identity.</param>
/// <param name="Postgres">The server, where values are kept in one; null where they are kept in a file of the data folder.</param>
/// <param name="MasterKeys">The keys that the configuration lists.</param>
/// <param name="MasterKeysFolder">The folder that they lie in, one a file; null where neither is given, and one is made in the data folder.</param>
internal sealed record TokenizerSettings(
    string Realm,
    string DataFolder,
    PostgresSettings? Postgres,
    IReadOnlyList<MasterKey> MasterKeys,
    string? MasterKeysFolder,
    ServeSettings Serve,
    IReadOnlyList<ApplicationSettings> Applications,
    IReadOnlyList<TrustSettings> Trust,
    LimitSettings Limits,
    IReadOnlyList<PolicySettings> Policies,
    AuditSettings Audit,
    LogSettings Log,
    TracingSettings Tracing)
{
    public static readonly Schema<TokenizerSettings> Schema = Declare.Object<TokenizerSettings>("tokenizer", "The Tokenizer's configuration.", o =>
    {
        var realm = o.Text("realm", "The realm of the proxies whose sessions are believed here; the same name as theirs.").NotEmpty("name the realm");
        var data = o.Path("data_folder", "Where the database is, and the master keys unless they are given.").Default("./data/tokenizer");
        var store = o.Choice("store", "Where everything is kept: in a file, for one process, or in PostgreSQL, for many replicas.", ("sqlite", StoreKind.Sqlite), ("postgres", StoreKind.Postgres)).Default("sqlite");
        var postgres = o.Object("postgres", PostgresSettings.Schema, "The PostgreSQL of store: postgres.").Optional();
        var keys = o.List("master_keys", MasterKeySchema, "The master keys, one a version; 'tokenizer keys rotate' lets a newer one seal. Without any, and without a folder of them, one is made in data_folder/keys: keep a copy of it elsewhere.");
        var keysFolder = o.Path("master_keys_folder", "A folder of master keys instead, one a file: master-1.key, master-2.key. A new file is taken in without a restart.").Optional();
        var serve = o.Object("serve", ServeSettings.Schema, "The listeners.");
        var applications = o.List("applications", ApplicationSettings.Schema, "The applications whose values are kept here.").NotEmpty("name at least one application");
        var trust = o.List("trust", TrustSettings.Schema, "Whose tokens are believed, and how far.").NotEmpty("name at least one key holder");
        var policies = o.List("service_policies", PolicySettings.Schema, "What services may do with tokens without a user's session.");
        var grants = o.Object("grants", LimitSettings.Grants, "How long sessions may use tokens.");
        var values = o.Object("values", LimitSettings.Values, "How large things may be, and how slow.");
        var tickets = o.Object("tickets", LimitSettings.Tickets, "The addresses at which values are written and read.");
        var audit = o.Object("audit", AuditSettings.Schema, "The audit of every tokenization, detokenization, grant and refusal.");
        var log = o.Object("log", LogSettings.Schema, "What is logged, and how.");
        var tracing = o.Object("tracing", TracingSettings.Schema("tokenizer"), "Where traces go.");
        return read =>
        {
            RequireDistinct(read, applications, read.Get(applications).Select(application => application.Name), "application");
            RequireDistinct(read, applications, read.Get(applications).Select(application => application.VaultOrigin), "vault_url");
            RequireDistinct(read, trust, read.Get(trust).Select(entry => entry.Name), "entry");
            RequireDistinct(read, trust, read.Get(trust).Select(entry => entry.Issuer), "issuer");
            RequireDistinct(read, keys, read.Get(keys).Select(key => $"{key.Version}"), "version");
            foreach (var unknown in read.Get(trust).SelectMany(entry => entry.Applications).Except(read.Get(applications).Select(application => application.Name)))
            {
                read.Fault(trust, $"speaks for application {unknown}, which is not under applications");
            }

            foreach (var fault in SchemeChecks.FaultsOf(read.Get(trust), read.Get(applications)))
            {
                read.Fault(trust, fault);
            }

            foreach (var fault in SchemeChecks.FaultsOf(read.Get(applications), read.Get(trust)))
            {
                read.Fault(applications, fault);
            }

            RequireDistinct(read, policies, read.Get(policies).Select(policy => policy.Name), "policy");
            foreach (var fault in SchemeChecks.FaultsOf(read.Get(policies), read.Get(trust)))
            {
                read.Fault(policies, fault);
            }

            CheckKeys(read, keys, keysFolder);
            CheckStore(read, store, postgres, keys, keysFolder);
            var (usual, longest, perHour) = read.Get(grants);
            var (value, json, jsonTimeout, uploadIdle) = read.Get(values);
            return new TokenizerSettings(
                read.Get(realm), read.Get(data), read.Get(postgres), read.Get(keys), read.Get(keysFolder), read.Get(serve), read.Get(applications), read.Get(trust),
                new LimitSettings(usual, longest, value, json, read.Get(tickets), jsonTimeout, uploadIdle, perHour), read.Get(policies), read.Get(audit), read.Get(log), read.Get(tracing));
        };
    });

    private static Schema<MasterKey> MasterKeySchema => Declare.Object<MasterKey>("master_key", "One version of the master key.", o =>
    {
        var version = o.Integer("version", "Its version; rows remember the one they were sealed under.").AtLeast(1);
        var key = o.Secret("key", "32 bytes in base64url.");
        return read =>
        {
            if (MasterKeyFiles.TryParse(read.Get(version), read.Get(key).Reveal(), out var parsed))
            {
                return parsed;
            }

            read.Fault(key, "is no key; write 32 random bytes in base64url");
            return MasterKey.Generate(read.Get(version));
        };
    });

    public string DatabaseFile => Path.Combine(DataFolder, "tokenizer.db");

    public string KeyFolder => MasterKeysFolder ?? Path.Combine(DataFolder, "keys");

    /// <summary>Whether the first start makes a master key: on one machine, where nobody says where the keys come from.</summary>
    public bool MakesMasterKeys => MasterKeys.Count == 0 && MasterKeysFolder is null;

    private static void CheckKeys(ObjectReading read, Setting<IReadOnlyList<MasterKey>> keys, Setting<string?> folder)
    {
        if (Cryptography.MasterKeys.FaultOf(read.Get(keys)) is { } fault)
        {
            read.Fault(keys, $"are no rotation: {fault}");
        }

        if (read.Get(keys).Count > 0 && read.IsGiven(folder))
        {
            read.Fault(folder, "is given together with master_keys; keep one of them");
        }
    }

    private static void CheckStore(
        ObjectReading read, Setting<StoreKind> store, Setting<PostgresSettings?> postgres, Setting<IReadOnlyList<MasterKey>> keys, Setting<string?> keysFolder)
    {
        if (read.Get(store) == StoreKind.Sqlite)
        {
            if (read.IsGiven(postgres))
            {
                read.Fault(postgres, "is given, and store is sqlite; write store: postgres, or leave it out");
            }

            return;
        }

        if (!read.IsGiven(postgres))
        {
            read.Fault(postgres, "is missing, and store is postgres; write connection_string or connection_string_file under it");
        }

        if (read.Get(keys).Count == 0 && !read.IsGiven(keysFolder))
        {
            // Each replica would make one of its own, and the second would find a database that is not its.
            read.Fault(keys, "is empty; replicas that share a database share its keys: give them all the same, with key_file, or by master_keys_folder");
        }
    }

    private static void RequireDistinct(ObjectReading read, Setting setting, IEnumerable<string> values, string what)
    {
        foreach (var twice in values.GroupBy(value => value, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            read.Fault(setting, $"names {what} {twice.Key} twice");
        }
    }
}
