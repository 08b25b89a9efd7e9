namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>A browser without a screen: cookies by host, Fetch Metadata, redirects.</summary>
internal sealed class Browser(LoginWorld world)
{
    private readonly Dictionary<(string Host, string Name), string> _cookies = [];

    /// <summary>Addresses that were asked for, in order.</summary>
    public List<string> Visited { get; } = [];

    /// <summary>Whether cookies that come are kept.</summary>
    public bool KeepsCookies { get; set; } = true;

    public string? Cookie(string origin, string name = "__Host-authproxy") => _cookies.GetValueOrDefault((origin, name));

    public void SetCookie(string origin, string value, string name = "__Host-authproxy") => _cookies[(origin, name)] = value;

    public int CookieCount(string origin) => _cookies.Keys.Count(key => key.Host == origin);

    /// <summary>One step of a navigation.</summary>
    public Task<Answer> GoAsync(string address, string method = "GET") => SendAsync(method, address, new()
    {
        ["Sec-Fetch-Mode"] = "navigate",
        ["Sec-Fetch-Dest"] = "document",
        ["Accept"] = "text/html",
    });

    /// <summary>A page's own script asks.</summary>
    public Task<Answer> FetchAsync(string address, string method = "GET") => SendAsync(method, address, new()
    {
        ["Sec-Fetch-Mode"] = "cors",
        ["Sec-Fetch-Dest"] = "empty",
        ["Sec-Fetch-Site"] = "same-origin",
    });

    /// <summary>A form is sent from a page of <paramref name="origin"/>.</summary>
    public Task<Answer> PostAsync(string address, string origin) => SendAsync("POST", address, new()
    {
        ["Sec-Fetch-Mode"] = "navigate",
        ["Sec-Fetch-Dest"] = "document",
        ["Sec-Fetch-Site"] = address.StartsWith(origin + "/", StringComparison.Ordinal) ? "same-origin" : "cross-site",
        ["Origin"] = origin,
        ["Accept"] = "text/html",
    });

    /// <summary>Follows redirects until there is none, or one leads to the provider.</summary>
    public async Task<Answer> FollowAsync(string address)
    {
        var answer = await GoAsync(address);
        for (var steps = 0; answer.IsRedirect && world.ProviderAt(answer.Location) is null; steps++)
        {
            Assert.True(steps < 20, "a redirect loop: " + string.Join(" -> ", Visited.TakeLast(6)));
            answer = await GoAsync(answer.Location);
        }

        return answer;
    }

    /// <summary>Goes to a page, logs in at the provider when sent there, and follows to the end.</summary>
    public async Task<Answer> SignInAsync(string address = LoginWorld.App + "/", string subject = "alice")
    {
        var answer = await FollowAsync(address);
        return answer.IsRedirect ? await FollowAsync(world.ProviderAt(answer.Location)!.Authorize(answer.Location, subject)) : answer;
    }

    public async Task<Answer> SendAsync(string method, string address, Dictionary<string, string> headers)
    {
        var origin = new Uri(address).GetLeftPart(UriPartial.Authority);
        Visited.Add(address);
        var own = _cookies.Where(cookie => cookie.Key.Host == origin).Select(cookie => $"{cookie.Key.Name}={cookie.Value}").ToList();
        if (own.Count > 0)
        {
            headers["Cookie"] = string.Join("; ", own);
        }

        var answer = await world.SendAsync(method, address, headers);
        foreach (var line in KeepsCookies ? answer.Headers.SetCookie : default)
        {
            Keep(origin, line!);
        }

        return answer;
    }

    private void Keep(string origin, string line)
    {
        Assert.Contains("; Path=/; ", line, StringComparison.Ordinal);
        Assert.EndsWith("Secure; HttpOnly; SameSite=Lax", line, StringComparison.Ordinal);
        var (name, value) = (line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..line.IndexOf(';', StringComparison.Ordinal)]);
        Assert.StartsWith("__Host-authproxy", name, StringComparison.Ordinal);
        if (value.Length == 0)
        {
            _cookies.Remove((origin, name));
        }
        else
        {
            _cookies[(origin, name)] = value;
        }
    }
}
