using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Logging;
using AuthProxy.Hosting.Tracing;
using AuthProxy.Proxy.Bodies;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Everything that an operator may set in the Proxy's file. Keys that Oathkeeper has carry Oathkeeper's names.</summary>
internal sealed record ProxySettings(
    string Realm,
    string DataFolder,
    ServeSettings Serve,
    AccessRulesSettings AccessRules,
    HandlerKindSettings Authenticators,
    HandlerKindSettings Authorizers,
    HandlerKindSettings Mutators,
    ErrorSettings Errors,
    PageSettings Pages,
    SessionSettings Sessions,
    AssertionSettings Assertion,
    TokenizerSettings Tokenizer,
    ForwardingSettings Forwarding,
    HeldBodyLimits HeldBodies,
    DrainSettings Drain,
    LogSettings Log,
    TracingSettings Tracing)
{
    public static readonly Schema<ProxySettings> Schema = Declare.Object<ProxySettings>("authproxy", "The Proxy's configuration.", o =>
    {
        var realm = o.Text("realm", "Names the realm: the proxies that share one session store, its keys, and logout.").Default("default").NotEmpty("name the realm");
        var dataFolder = o.Path("data_folder", "Where keys and the embedded session store are kept; only the Proxy may read it.").Default("./data");
        var serve = o.Object("serve", ServeSettings.Schema, "The listeners.");
        var accessRules = o.Object("access_rules", AccessRulesSettings.Schema, "Where the rules are.");
        var authenticators = o.Map("authenticators", "authenticator", HandlerSettings.Schema, "Settings of authenticators for all rules.");
        var authorizers = o.Map("authorizers", "authorizer", HandlerSettings.Schema, "Settings of authorizers for all rules.");
        var mutators = o.Map("mutators", "mutator", HandlerSettings.Schema, "Settings of mutators for all rules.");
        var errors = o.Object("errors", ErrorSettings.Schema, "Who answers refusals.");
        var pages = o.Object("pages", PageSettings.Schema, "The few pages that people see of the Proxy itself.");
        var sessions = o.Object("sessions", SessionSettings.Schema, "Login sessions.");
        var assertion = o.Object("assertion", AssertionSettings.Schema, "The signed word that upstreams get about the subject.");
        var tokenizer = o.Object("tokenizer", TokenizerSettings.Schema, "The vault for data tokens behind this Proxy.");
        var forwarding = o.Object("forwarding", ForwardingSettings.Schema, "How upstreams are asked.");
        var heldBodies = o.Object("held_bodies", HeldBodyLimits.Schema, "Bodies that rules look into before they pass.");
        var drain = o.Object("drain", DrainSettings.Schema, "How the process ends.");
        var log = o.Object("log", LogSettings.Schema, "What is logged, and how.");
        var tracing = o.Object("tracing", TracingSettings.Schema("authproxy"), "Where traces go.");
        o.Accepted("version", "Oathkeeper's configuration version means nothing here");
        o.Accepted("sqa", "nothing is ever reported to anybody");
        o.Accepted("profiling", "use the runtime's own tools (dotnet-counters, dotnet-trace)");

        return read =>
        {
            var settings = new ProxySettings(
                read.Get(realm), read.Get(dataFolder), read.Get(serve), read.Get(accessRules),
                new HandlerKindSettings(read.Get(authenticators)), new HandlerKindSettings(read.Get(authorizers)), new HandlerKindSettings(read.Get(mutators)),
                read.Get(errors), read.Get(pages), read.Get(sessions), read.Get(assertion), read.Get(tokenizer), read.Get(forwarding), read.Get(heldBodies), read.Get(drain), read.Get(log), read.Get(tracing));
            if (settings.Tokenizer.Enabled && settings.Tokenizer.Vaults.Count > 0 && settings.Serve.Proxy.PublicUrls.Count == 0)
            {
                read.Fault(serve, "names no proxy.public_urls, but tokenizer.vaults go by host");
            }

            return settings;
        };
    });

    /// <summary>
    /// Whether rules of Oathkeeper's form may use handlers of which the configuration says nothing. Oathkeeper's answer is no; a file of rules that is tried
    /// without any configuration has nobody to say more.
    /// </summary>
    public bool HandlersAreEnabledByDefault { get; init; }

    /// <summary>Keys that this Proxy made for itself, or that a Secret is mounted to.</summary>
    public string KeysFolder => Path.Combine(DataFolder, "keys");

    /// <summary>The realm's session keys.</summary>
    public string RealmKeysFolder => Sessions.KeysFolder ?? Path.Combine(KeysFolder, "realm");
}
