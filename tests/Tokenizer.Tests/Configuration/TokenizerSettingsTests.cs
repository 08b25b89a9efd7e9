using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Tests.Configuration;

public class TokenizerSettingsTests
{
    private const string Bank = "applications: [{ name: bank, vault_url: https://vault.example.com }]";
    private const string Desk = "applications: [{ name: desk, vault_url: https://v, scheme: application, login: { auth_providers: [";
    private const string Login = "trust: [{ name: d, issuer: d, jwks_file: k, applications: [desk], roles: ";
    private const string Trust = "trust: [{ name: proxy, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }]";

    [Fact]
    public void What_an_operator_leaves_out_has_a_safe_default()
    {
        var settings = Read($"realm: demo\n{Bank}\n{Trust}");

        var application = Assert.Single(settings.Applications);
        Assert.Equal((GrantApi.Off, GrantIf.Owner), (application.GrantApi, application.GrantIf));
        Assert.Empty(application.Origins);
        Assert.Equal(
            new LimitSettings(
                TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), 100 * 1024 * 1024, 64 * 1024, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), 1000),
            settings.Limits);
        Assert.Equal(("127.0.0.1", 4461), (settings.Serve.Users.Host, settings.Serve.Users.Port));
        Assert.Equal(("127.0.0.1", 4462), (settings.Serve.Services.Host, settings.Serve.Services.Port));
        Assert.Empty(settings.MasterKeys);
    }

    [Theory]
    [InlineData("https://b", "https://b/.lunasec/secure-frame"), InlineData("https://b?a=1", "https://b/.lunasec/secure-frame?a=1")]
    [InlineData("https://b/", "https://b/"), InlineData("https://b/in?a=1", "https://b/in?a=1")]
    public void Provider_without_a_path_is_asked_where_lunadefends_plugin_answers(string url, string address)
    {
        var settings = Read($"realm: demo\n{Desk}{{ name: p, url: \"{url}\", trust: d }}] }} }}]\n{Login}[login] }}]");

        Assert.Equal(address, Assert.Single(Assert.Single(settings.Applications).Login!.Providers).Url.AbsoluteUri);
    }

    [Fact]
    public void A_key_holder_may_by_default_present_what_its_roles_and_applications_allow()
    {
        var settings = Read($"realm: demo\n{Bank}\ntrust: [{{ name: p, roles: [gateway, sidecar], issuer: i, jwks_file: k, applications: [bank], hosts: [vault.example.com] }}]");

        Assert.Equal(["tokenizer:bank", "bank"], Assert.Single(settings.Trust).Audiences);
    }

    [Fact]
    public void Audiences_narrow_what_a_key_holder_may_present()
    {
        var settings = Read($"realm: demo\n{Bank}\ntrust: [{{ name: p, roles: [gateway, sidecar], issuer: i, jwks_file: k, audiences: [\"tokenizer:bank\"], applications: [bank], hosts: [h] }}]");

        Assert.Equal(["tokenizer:bank"], Assert.Single(settings.Trust).Audiences);
    }

    [Theory]
    [InlineData("", Bank, Trust, "realm")]
    [InlineData("realm: demo", "applications: [{ name: Bank, vault_url: https://v }]", Trust, "name is Bank; write 1 to 63 of a-z, 0-9 and -")]
    [InlineData("realm: demo", "applications: [{ name: \"bank:users\", vault_url: https://v }]", Trust, "write 1 to 63")]
    [InlineData("realm: demo", "applications: [{ name: -bank, vault_url: https://v }]", Trust, "begun with a letter or digit")]
    [InlineData("realm: demo", "applications: [{ name: bank.example, vault_url: https://v }]", Trust, "write 1 to 63")]
    [InlineData("realm: demo", "applications: [{ name: tokenizer-services, vault_url: https://v }]", Trust, "names that begin with 'tokenizer' are the Tokenizer's own")]
    [InlineData("realm: demo", "applications: [{ name: \"bank\\n\", vault_url: https://v }]", Trust, "write 1 to 63")]
    [InlineData("realm: demo", "applications: []", Trust, "applications")]
    [InlineData("realm: demo", Bank, "trust: []", "trust")]
    [InlineData("realm: demo\nunknown: 1", Bank, Trust, "unknown")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v, scheme: application }]", Trust, "login is missing; scheme application needs it")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v, login: { auth_providers: [{ name: p, url: https://b, trust: t }] } }]", Trust, "login is for scheme application; under scheme proxy nobody but a proxy makes users")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v }, { name: shop, vault_url: https://v }]", Trust, "names vault_url https://v twice")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: t }] } }]", Login + "[login] }]", "provider p of desk is to be believed by trust entry t")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: d }] } }]", Login + "[application] }]", "which has not the role login for that application")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: d }] } }]", Login + "[login, sidecar] }]", "roles joins application, login or service with a proxy's role")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: d }] } }]", Login + "[login] }, { name: g, roles: [sidecar], issuer: g, jwks_file: k, applications: [desk] }]", "entry g is a proxy, and the scheme of desk is application")]
    [InlineData("realm: demo", Bank, "trust: [{ name: d, issuer: d, jwks_file: k, applications: [bank], roles: [login] }]", "entry d may sign users of bank in, whose scheme is proxy")]
    [InlineData("realm: demo", Bank, "trust: [{ name: d, issuer: d, jwks_file: k, applications: [bank], roles: [sidecar], tokens: node_sdk }]", "tokens is node_sdk; only the backends of applications use that")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: d }, { name: q, url: https://c, trust: d }] } }]", Login + "[login] }]", "auth_providers has several; mark exactly one as default")]
    [InlineData("realm: demo", Desk + "{ name: p, url: https://b, trust: d, default: true }, { name: p, url: https://c, trust: d }] } }]", Login + "[login] }]", "auth_providers names provider p twice")]
    [InlineData("realm: demo", Desk + "{ name: p, url: http://b.example.com, trust: d }] } }]", Login + "[login] }]", "url is plain http to another machine")]
    [InlineData("realm: demo", Desk + "{ name: p, url: \"https://b/#x\", trust: d }] } }]", Login + "[login] }]", "url has a fragment or a user")]
    [InlineData("realm: demo", Desk + "] } }]", Login + "[login] }]", "name at least one provider")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: http://vault.example.com }]", Trust, "vault_url is plain http to another machine")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v/path }]", Trust, "vault_url has more than scheme, host and port")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v, origins: [\"https://a/\"] }]", Trust, "origins holds https://a/, which is no origin")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v, grant_api: all }]", Trust, "grant_api")]
    [InlineData("realm: demo", "applications: [{ name: bank, vault_url: https://v }, { name: bank, vault_url: https://w }]", Trust, "names application bank twice")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [], issuer: i, jwks_file: k, applications: [bank] }]", "roles")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, applications: [bank] }]", "needs exactly one of jwks_url, jwks_file and public_key_file")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_file: k, public_key_file: k, applications: [bank] }]", "needs exactly one of")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_url: http://keys.example.com/, applications: [bank] }]", "jwks_url is plain http to another machine")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [gateway], issuer: i, jwks_file: k, applications: [bank] }]", "hosts is empty")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank], hosts: [h] }]", "hosts is for gateways only")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_file: k, applications: [shop] }]", "speaks for application shop, which is not under applications")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar, application], issuer: i, jwks_file: k, applications: [bank] }]", "roles joins application, login or service with a proxy's role")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [application], issuer: i, jwks_file: k, applications: [bank, bank] }]", "applications names several")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank], audiences: [\"tokenizer:bank\"] }]", "audiences holds tokenizer:bank")]
    [InlineData("realm: demo", Bank, "trust: [{ name: p, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }, { name: q, roles: [application], issuer: i, jwks_file: k, applications: [bank] }]", "names issuer i twice")]
    [InlineData("realm: demo\ngrants: { default: 2h }", Bank, Trust, "grants.default is longer than maximum")]
    [InlineData("realm: demo\ngrants: { maximum: 25h }", Bank, Trust, "grants.maximum")]
    [InlineData("realm: demo\nserve: { users: { host: 0.0.0.0 } }", Bank, Trust, "serve.users.host is 0.0.0.0 without TLS")]
    [InlineData("realm: demo\nserve: { services: { host: \"*\" } }", Bank, Trust, "serve.services.host is * without TLS")]
    [InlineData("realm: demo\nmaster_keys: [{ version: 1, key: short }]", Bank, Trust, "key is no key")]
    [InlineData("realm: demo\nmaster_keys: [{ version: 0, key: short }]", Bank, Trust, "version")]
    [InlineData("realm: demo\nstore: postgres", Bank, Trust, "postgres is missing, and store is postgres")]
    [InlineData("realm: demo\nstore: postgres", Bank, Trust, "master_keys is empty; replicas that share a database share its keys")]
    [InlineData("realm: demo\npostgres: { connection_string: \"Host=127.0.0.1;Database=d;Username=u\" }", Bank, Trust, "postgres is given, and store is sqlite")]
    [InlineData("realm: demo\nstore: postgres\npostgres: { connection_string: \"postgres://u:p@h/d\" }", Bank, Trust, "connection_string is no connection string")]
    [InlineData("realm: demo\nstore: postgres\npostgres: { connection_string: \"Host=127.0.0.1;Database=d\" }", Bank, Trust, "names no Host, no Database or no Username")]
    [InlineData("realm: demo\nstore: postgres\npostgres: { connection_string: \"Host=127.0.0.1;Database=d;Username=u;Log Parameters=true\" }", Bank, Trust, "sets Log Parameters, which is not for operators to set")]
    [InlineData("realm: demo\nstore: postgres\npostgres: { connection_string: \"Host=db.example.com;Database=d;Username=u\" }", Bank, Trust, "leads to db.example.com without checking who answers there")]
    [InlineData("realm: demo\nstore: postgres\npostgres: { connection_string: \"Host=127.0.0.1,10.0.0.7:5433;Database=d;Username=u;SSL Mode=Require\" }", Bank, Trust, "leads to 10.0.0.7:5433 without checking")]
    public void A_fault_is_named_with_its_key(string top, string applications, string trust, string expected)
    {
        var document = Parse($"{top}\n{applications}\n{trust}");

        Assert.Null(document.Read(TokenizerSettings.Schema));
        Assert.Contains(document.Faults, fault => fault.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_master_key_is_never_shown_in_a_fault()
    {
        var document = Parse($"realm: demo\nmaster_keys: [{{ version: 1, key: almost-a-secret }}]\n{Bank}\n{Trust}");

        Assert.Null(document.Read(TokenizerSettings.Schema));
        Assert.DoesNotContain(document.Faults, fault => fault.ToString().Contains("almost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db.example.com;Database=d;Username=u;Passwrod=almost")]
    [InlineData("Host=db.example.com;Port=almost;Database=d;Username=u")]
    [InlineData("Host=db.example.com;Database=d;Username=u;Password=almost")]
    public void Nothing_of_a_connection_string_but_its_host_is_shown_in_a_fault(string written)
    {
        var document = Parse($"realm: demo\nstore: postgres\npostgres: {{ connection_string: \"{written}\" }}\n{Bank}\n{Trust}");

        Assert.Null(document.Read(TokenizerSettings.Schema));
        Assert.DoesNotContain(document.Faults, fault => fault.ToString().Contains("almost", StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_elsewhere_whose_certificate_is_checked_is_good()
    {
        var settings = Read(
            $"realm: demo\nstore: postgres\npostgres: {{ connection_string: \"Host=db.example.com;Database=d;Username=u;Password=p;SSL Mode=VerifyFull\" }}\n"
            + $"master_keys: [{{ version: 1, key: {new string('A', 43)} }}]\n{Bank}\n{Trust}");

        Assert.Equal((32, TimeSpan.FromSeconds(5)), (settings.Postgres!.Connections, settings.Postgres.Timeout));
    }

    [Fact]
    public void A_key_in_a_file_is_a_master_key()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("key"), new string('A', 43) + "\n");

        Assert.Equal(7, Assert.Single(Read($"realm: demo\nmaster_keys: [{{ version: 7, key_file: {folder.File("key")} }}]\n{Bank}\n{Trust}").MasterKeys).Version);
    }

    [Fact]
    public void Master_keys_may_come_from_the_environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["TOKENIZER__MASTER_KEYS__0__VERSION"] = "3",
            ["TOKENIZER__MASTER_KEYS__0__KEY"] = new('A', 43),
            ["TOKENIZER__MASTER_KEYS__1__VERSION"] = "4",
            ["TOKENIZER__MASTER_KEYS__1__KEY"] = new string('B', 42) + "A",
        };

        var settings = ConfigDocument.Parse($"realm: demo\n{Bank}\n{Trust}", "tokenizer.yaml", "TOKENIZER", environment).Read(TokenizerSettings.Schema);

        Assert.Equal([3, 4], settings!.MasterKeys.Select(key => key.Version));
    }

    [Theory]
    [InlineData("master_keys: [{ version: 1, key: AAAA }, { version: 2, key: AAAA }]", "versions 1 and 2 of the master key are the same key")]
    [InlineData("master_keys: [{ version: 1, key: AAAA }]\nmaster_keys_folder: k", "is given together with master_keys")]
    public void Master_keys_that_cannot_be_meant_are_a_fault(string keys, string fault)
    {
        var document = Parse($"realm: demo\n{keys.Replace("AAAA", new string('A', 43), StringComparison.Ordinal)}\n{Bank}\n{Trust}");

        Assert.Null(document.Read(TokenizerSettings.Schema));
        Assert.Contains(document.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void The_embedded_default_is_good()
    {
        var document = ConfigDocument.Load(Repository.File("config/tokenizer.yaml"), "TOKENIZER", new Dictionary<string, string>());

        Assert.True(document.Read(TokenizerSettings.Schema) is not null, string.Join('\n', document.Faults));
    }

    private static ConfigDocument Parse(string text) => ConfigDocument.Parse(text, "tokenizer.yaml", "TOKENIZER", new Dictionary<string, string>());

    private static TokenizerSettings Read(string text)
    {
        var document = Parse(text);
        var settings = document.Read(TokenizerSettings.Schema);
        Assert.True(settings is not null, string.Join('\n', document.Faults));
        return settings;
    }
}
