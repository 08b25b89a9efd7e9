using System.Text;
using AuthProxy.Jose;

namespace AuthProxy.Demo;

/// <summary>Who and what the story is about; each chapter finds what the earlier ones left.</summary>
internal sealed class Cast(DemoAddresses addresses, DemoWorkspace workspace, HttpClient http)
{
    public const string AliceSsn = "078-05-1120";
    public const string SecondSsn = "219-09-9999";

    private string? _aliceToken;
    private string? _secondToken;
    private string? _aliceSession;

    public DemoAddresses At { get; } = addresses;

    public DemoWorkspace Workspace { get; } = workspace;

    public Browser Stranger { get; } = new(http);

    public Browser Alice { get; } = new(http);

    public Browser Bob { get; } = new(http);

    public IEnumerable<Browser> Everybody => [Stranger, Alice, Bob];

    /// <summary>The token for Alice's number.</summary>
    public string AliceToken
    {
        get => _aliceToken ?? throw new CheckFailedException("there is no token, since an earlier line failed");
        set => _aliceToken = value;
    }

    /// <summary>A second token of Alice's.</summary>
    public string SecondToken
    {
        get => _secondToken ?? throw new CheckFailedException("there is no second token, since an earlier line failed");
        set => _secondToken = value;
    }

    /// <summary>The public id of Alice's session.</summary>
    public string AliceSession
    {
        get => _aliceSession ?? throw new CheckFailedException("Alice's session is not known, since an earlier line failed");
        set => _aliceSession = value;
    }

    /// <summary>Another browser with a copy of Alice's cookies.</summary>
    public Browser AliceTwin(bool isOld = false) => new(http, Alice.Cookies.Copy()) { SendsFetchMetadata = !isOld };

    /// <summary>What the vault's entry page does: a token first, then the value to the address that came with it.</summary>
    public async Task<string> TokenizeAsync(Browser browser, string value, CancellationToken cancellation)
    {
        var made = await browser.FetchAsync(HttpMethod.Post, At.Vault + "/tokenize", """{"metadata":{"dataType":"string"}}""", cancellation);
        Transcript.Expect(made, 200);
        var data = made.Json.GetProperty("data");
        var uploadUrl = data.GetProperty("uploadUrl").GetString()!;
        Transcript.Expect(uploadUrl.StartsWith(At.Vault + "/", StringComparison.Ordinal), "the upload address is not on the vault's own origin");

        var stored = await browser.FetchAsync(HttpMethod.Put, uploadUrl, value, cancellation, ("Content-Type", "text/plain"));
        Transcript.Expect(stored, 200);
        return data.GetProperty("tokenId").GetString()!;
    }

    public Task<Answer> AskForAsync(Browser browser, string token, CancellationToken cancellation) =>
        browser.FetchAsync(HttpMethod.Post, At.Vault + "/detokenize", $$"""{"tokenId":"{{token}}"}""", cancellation);

    /// <summary>What the vault's reading page does.</summary>
    public async Task<string> DetokenizeAsync(Browser browser, string token, CancellationToken cancellation)
    {
        var answer = await AskForAsync(browser, token, cancellation);
        Transcript.Expect(answer, 200);
        var value = await browser.FetchAsync(HttpMethod.Get, answer.Json.GetProperty("data").GetProperty("downloadUrl").GetString()!, null, cancellation);
        Transcript.Expect(value, 200);
        return value.Body;
    }

    public Task<Answer> StoreAsync(Browser browser, string token, CancellationToken cancellation) =>
        browser.FetchAsync(HttpMethod.Put, At.Bank + "/api/profile/ssn", $$"""{"ssn_token":"{{token}}"}""", cancellation);

    /// <summary>Calls the Tokenizer around the Proxy, as somebody inside the network could.</summary>
    public async Task<Answer> CallTokenizerAsync(string path, string json, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At.TokenizerUsers + path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Host = new Uri(At.Vault).Authority;
        return await SendAsync(request, headers, cancellation);
    }

    /// <summary>Has the bank's key set how long a grant of Alice's session lasts.</summary>
    public async Task<Answer> SetGrantAsync(string token, string duration, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At.TokenizerServices + "/grant/set")
        {
            Content = new StringContent($$"""{"sessionId":"{{AliceSession}}","tokenId":"{{token}}","customDuration":"{{duration}}"}""", Encoding.UTF8, "application/json"),
        };
        return await SendAsync(request, [("Authorization", BankCredential())], cancellation);
    }

    /// <summary>What the bank calls the Tokenizer with.</summary>
    public string BankCredential()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return JwtSigner.Sign(Workspace.ReadBankKey(), JwtTypes.Application, claims =>
        {
            claims.WriteString("iss", "bank");
            claims.WriteString("sub", "application");
            claims.WriteString("aud", "tokenizer-services");
            claims.WriteNumber("iat", now);
            claims.WriteNumber("exp", now + 60);
            claims.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
    }

    /// <summary>An assertion by the Proxy's own key, which the demo may read: so that what is wrong with it is only what is meant to be wrong.</summary>
    public string MintAssertion(string audience, TimeSpan age)
    {
        if (SigningKeyRing.LoadFolder(Workspace.ProxyKeys) is not SigningKeyRingOutcome.Loaded { Ring: var ring })
        {
            throw new CheckFailedException($"{Workspace.ProxyKeys} holds no signing key");
        }

        var issued = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeSeconds();
        return JwtSigner.Sign(ring.Current, JwtTypes.Assertion, claims =>
        {
            claims.WriteString("iss", At.ProxyApi);
            claims.WriteString("aud", audience);
            claims.WriteString("sub", "alice");
            claims.WriteString("sub_iss", At.IdentityProvider);
            claims.WriteString("sid", AliceSession);
            claims.WriteNumber("session_exp", issued + 3600);
            claims.WriteNumber("iat", issued);
            claims.WriteNumber("exp", issued + 60);
            claims.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, cancellation);
        var all = response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(request.RequestUri!, response.StatusCode, await response.Content.ReadAsStringAsync(cancellation), response.Content.Headers.ContentType?.MediaType, all, []);
    }
}
