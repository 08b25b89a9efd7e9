// A bank. It has no login, no cookie and no key of a user: the Proxy in front of it says who is there,
// and a social security number is only ever a token here.
using AuthProxy.Bank;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

builder.Services.AddAuthProxyIdentity(builder.Configuration.GetSection("Bank:Identity"));
builder.Services.AddTokenizer(builder.Configuration.GetSection("Bank:Tokenizer"));
builder.Services.AddAuthorization();
builder.Services.AddProblemDetails();
builder.Services.AddSingleton<Customers>();
builder.Services.AddSingleton<Pages>();

var app = builder.Build();

app.UseExceptionHandler();
app.MapGet("/healthz", () => Results.Text("ok\n"));
app.UseStaticFiles();

var bank = app.MapGroup("").RequireAuthorization();
bank.MapPages();
bank.MapProfileApi();
bank.MapWhoAmI();

await app.RunAsync();
