// The vault's pages: what the bank embeds so that values never pass through the bank's own pages.
// They are static. Login, identity and the Tokenizer's routes on the same host are the Proxy's business.
using AuthProxy.VaultPages;

if (VaultOptions.Parse(args, out var fault) is not { } options)
{
    await Console.Error.WriteLineAsync($"vault-pages: {fault}");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

var app = builder.Build();

app.MapGet("/healthz", () => Results.Text("ok\n"));
app.MapGet("/reveal", (HttpContext context) => VaultFiles.Page(context, "reveal.html", options.Embedder));
app.MapGet("/enter", (HttpContext context) => VaultFiles.Page(context, "enter.html", options.Embedder));
app.MapGet("/vault/{file}", VaultFiles.Asset);

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"vault pages: http://127.0.0.1:{options.Port}, embedded by {options.Embedder}"));
await app.RunAsync();
return 0;
