// A development OpenID provider: two users with known passwords, nothing kept on disk, loopback only.
using AuthProxy.IdentityProvider;

if (ProviderOptions.Parse(args, out var fault) is not { } options)
{
    await Console.Error.WriteLineAsync($"identity-provider: {fault}");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://{options.ListenHost}:{options.Port}");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

// A page elsewhere must not reach the known passwords through a name that it points at 127.0.0.1.
builder.Configuration["AllowedHosts"] = "127.0.0.1;localhost;[::1]";

builder.Services.AddSingleton(options);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ProviderKeys>();
builder.Services.AddSingleton<ProviderSessions>();
builder.Services.AddSingleton<IssuedCodes>();
builder.Services.AddSingleton<AccessTokens>();

var app = builder.Build();

app.UseHostFiltering();
app.MapDiscovery();
app.MapAuthorization();
app.MapToken();
app.MapUserInfo();
app.MapEndSession();

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"development identity provider: {options.Issuer}"));
await app.RunAsync();
return 0;
