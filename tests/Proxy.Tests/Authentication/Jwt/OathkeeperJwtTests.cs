using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Jwt;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Authentication.Jwt;

/// <summary>What only rules of Oathkeeper's form may do, and how key sets that are slow or attacked are treated.</summary>
public sealed class OathkeeperJwtTests : IDisposable
{
    private static readonly byte[] Shared = RandomNumberGenerator.GetBytes(64);
    private static readonly SigningKey Key = SigningKey.Generate();

    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private readonly KeySets _keySets;
    private readonly JwtAuthenticatorKind _kind;

    public OathkeeperJwtTests()
    {
        _keySets = new KeySets(_clock, NullLogger<KeySets>.Instance);
        _kind = new JwtAuthenticatorKind(new JwtTrusts(_keySets, new BearerSessions(new BearerKey(new byte[32])), new BearerEndings(), _clock));
    }

    public void Dispose()
    {
        _keySets.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("HS256"), InlineData("HS384"), InlineData("HS512")]
    public async Task Shared_secret_may_sign_in_oathkeepers_rules_with_a_warning(string algorithm)
    {
        var use = Use($"jwks_urls: ['file://{SecretFile()}'], allowed_algorithms: [{algorithm}]");

        Assert.Equal("alice", Accepted(await AskAsync(_kind.Prepare(use)!, SignShared(algorithm))).Subject.Id);
        Assert.Contains("could also sign", use.Faults.Warnings.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shared_secret_signs_nothing_for_a_rule_that_does_not_name_its_algorithm()
    {
        Rejected(await AskAsync(Prepare($"jwks_urls: ['file://{SecretFile()}'], allowed_algorithms: [RS256]"), SignShared("HS256")));
        Rejected(await AskAsync(Prepare($"jwks_urls: ['file://{SecretFile()}'], allowed_algorithms: [HS512]"), SignShared("HS256")));
    }

    [Fact]
    public async Task Public_key_is_no_shared_secret()
    {
        var file = _folder.Write("public.json", Encoding.UTF8.GetString(TestTokens.KeySet(Key)));
        var token = SignShared("HS256", TestTokens.KeySet(Key), Key.KeyId);

        Rejected(await AskAsync(Prepare($"jwks_urls: ['file://{file}'], allowed_algorithms: [ES256, HS256]"), token));
    }

    [Theory]
    [InlineData("http://issuer.example/keys", "shared secrets"), InlineData("s3://bucket/keys", "object stores"), InlineData("gs://bucket/keys", "object stores"), InlineData("azblob://bucket/keys", "object stores"), InlineData("ftp://x/", "https")]
    public void Keys_from_where_they_may_not_come_are_a_fault_in_oathkeepers_rules_too(string address, string fault)
    {
        var use = Use($"jwks_urls: ['{address}'], allowed_algorithms: [HS256]");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_that_names_no_key_is_refused_in_oathkeepers_rules()
    {
        var use = $"jwks_urls: ['file://{SecretFile(kid: null)}'], allowed_algorithms: [HS256]";

        Assert.Contains("kid", Rejected(await AskAsync(Prepare(use), SignShared("HS256", kid: null))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_waits_for_missing_keys_only_so_long_and_the_fetch_goes_on()
    {
        var arrival = new TaskCompletionSource<KeyLookup>();
        var keys = new PatientKeySource(new LateKeys(arrival), TimeSpan.FromSeconds(1), _clock);
        var impatient = keys.FindAsync("k", "ES256", CancellationToken.None).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<KeyLookup.Unavailable>(await impatient.WaitAsync(TimeSpan.FromSeconds(10)));

        arrival.SetResult(KeyLookup.Unknown.Instance);
        Assert.IsType<KeyLookup.Unknown>(await keys.FindAsync("k", "ES256", CancellationToken.None));
    }

    [Fact]
    public async Task Keys_past_their_time_serve_while_new_ones_cannot_be_had()
    {
        await using var service = await StubService.StartAsync();
        service.Answer = StubService.Saying(200, Encoding.UTF8.GetString(TestTokens.KeySet(Key)));
        var authenticator = Prepare($"jwks_urls: ['{service.Address}/keys'], allowed_algorithms: [ES256], jwks_ttl: 30s");
        Accepted(await AskAsync(authenticator, Mint()));

        service.Answer = StubService.Saying(500);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Accepted(await AskAsync(authenticator, Mint()));
    }

    [Fact]
    public async Task Flood_of_invented_key_ids_causes_one_fetch()
    {
        await using var service = await StubService.StartAsync();
        service.Answer = StubService.Saying(200, Encoding.UTF8.GetString(TestTokens.KeySet(Key)));
        var authenticator = Prepare($"jwks_urls: ['{service.Address}/keys'], allowed_algorithms: [ES256, HS256]");
        Accepted(await AskAsync(authenticator, Mint()));

        for (var number = 0; number < 50; number++)
        {
            Rejected(await AskAsync(authenticator, SignShared("HS256", kid: $"invented-{number}")));
        }

        Assert.Single(service.Arrived);
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private string SecretFile(string? kid = "shared") =>
        _folder.Write("secret.json", $$"""{"keys":[{"kty":"oct",{{(kid is null ? "" : $"\"kid\":\"{kid}\",")}}"use":"sig","k":"{{Base64Url.EncodeToString(Shared)}}"}]}""");

    private string SignShared(string algorithm, byte[]? secret = null, string? kid = "shared")
    {
        var input = Part($$"""{"alg":"{{algorithm}}"{{(kid is null ? "" : $",\"kid\":\"{kid}\"")}}}""")
            + "." + Part($$"""{"iss":"i","sub":"alice","exp":{{(_clock.GetUtcNow() + TimeSpan.FromMinutes(5)).ToUnixTimeSeconds()}}}""");
        var hash = algorithm switch { "HS256" => HashAlgorithmName.SHA256, "HS384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return $"{input}.{Base64Url.EncodeToString(CryptographicOperations.HmacData(hash, secret ?? Shared, Encoding.ASCII.GetBytes(input)))}";
    }

    private string Mint() => TestTokens.Mint(Key, _clock.GetUtcNow(), lifetime: TimeSpan.FromHours(1));

    private static HandlerPreparation Use(string config) => Requests.Use($"{{ {config} }}", RuleForm.Oathkeeper);

    private IAuthenticator Prepare(string config)
    {
        var use = Use(config);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, string token)
    {
        var (context, request) = Requests.Create(headers: ("Authorization", "Bearer " + token));
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }

    private sealed class LateKeys(TaskCompletionSource<KeyLookup> arrival) : IKeySource
    {
        public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation) => new(arrival.Task);
    }
}
