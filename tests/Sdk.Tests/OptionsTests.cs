using System.Text;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk.Tests;

public class OptionsTests
{
    [Fact]
    public async Task Every_fault_of_the_identity_is_told_at_start_under_its_full_key()
    {
        var faults = await FaultsAsync(services => services.AddAuthProxyIdentity(Section("Bank:Identity", ("JwksUrl", "http://proxy.example/jwks"), ("ClockSkew", "01:00:00"))));

        Assert.Equal(4, faults.Count);
        Assert.Contains(faults, fault => fault.StartsWith("Bank:Identity:Issuer is missing", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Bank:Identity:Audience is missing", StringComparison.Ordinal));
        Assert.Contains("Bank:Identity:JwksUrl must use https outside loopback", faults);
        Assert.Contains(faults, fault => fault.StartsWith("Bank:Identity:ClockSkew is 01:00:00", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tokenizer"), InlineData("tokenizer:bank")]
    public async Task Audience_of_the_Tokenizer_is_refused(string audience)
    {
        var faults = await FaultsAsync(services => services.AddAuthProxyIdentity(
            Section("Identity", ("Issuer", "https://proxy.example"), ("Audience", audience), ("JwksUrl", "https://proxy.example/jwks"))));

        Assert.Equal("Identity:Audience names the Tokenizer, whose audiences no application may accept", Assert.Single(faults));
    }

    [Fact]
    public async Task Every_fault_of_the_tokenizer_is_told_at_start_under_its_full_key()
    {
        var faults = await FaultsAsync(services => services.AddTokenizer(Section("Vault", ("Url", "tokenizer:4462"), ("Parallelism", "0"), ("Timeout", "01:00:00"))));

        Assert.Equal(
            ["Vault:Url must be an absolute http(s) address", "Vault:Application is missing", "Vault:Timeout is 01:00:00", "Vault:Parallelism must be", "Vault:Key is missing"],
            faults.Select(fault => fault[..Math.Min(fault.Length, ExpectedLength(fault))]));

        static int ExpectedLength(string fault) => fault switch
        {
            _ when fault.StartsWith("Vault:Application", StringComparison.Ordinal) => "Vault:Application is missing".Length,
            _ when fault.StartsWith("Vault:Timeout", StringComparison.Ordinal) => "Vault:Timeout is 01:00:00".Length,
            _ when fault.StartsWith("Vault:Parallelism", StringComparison.Ordinal) => "Vault:Parallelism must be".Length,
            _ when fault.StartsWith("Vault:Key ", StringComparison.Ordinal) => "Vault:Key is missing".Length,
            _ => fault.Length,
        };
    }

    [Fact]
    public async Task Both_key_and_key_file_are_refused()
    {
        var faults = await FaultsAsync(services => services.AddTokenizer(Section(
            "Vault", ("Url", "http://127.0.0.1:4462"), ("Application", "bank"), ("Key", SigningKey.Generate().ToPem()), ("KeyFile", "/nowhere.pem"))));

        Assert.StartsWith("Vault:Key and Vault:KeyFile are both set", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_of_LunaDefend_in_the_environment_serves_where_no_other_is_named()
    {
        var key = Convert.ToBase64String(Encoding.ASCII.GetBytes(SigningKey.Generate(JwtAlgorithms.RS256).ToPem()));

        Assert.Equal("Vault:Parallelism must be between 1 and 64", Assert.Single(await FaultsOfVariableAsync(key, parallelism: 0)));
        Assert.Equal("Vault:Key is missing, and the environment variable LUNASEC_SIGNING_KEY is no base64 of a PEM", Assert.Single(await FaultsOfVariableAsync("!")));
        Assert.Equal("Vault:Key is missing, and so is the environment variable LUNASEC_SIGNING_KEY", Assert.Single(await FaultsOfVariableAsync(null)));

        static Task<IReadOnlyList<string>> FaultsOfVariableAsync(string? value, int parallelism = 8) => FaultsAsync(services => services.AddTokenizer(options =>
        {
            options.Section = "Vault";
            options.Url = "http://127.0.0.1:4462";
            options.Application = "bank";
            options.Parallelism = parallelism;
            options.ReadVariable = name => name == "LUNASEC_SIGNING_KEY" ? value : null;
        }));
    }

    [Theory]
    [InlineData("key.pem"), InlineData("/dev/zero")]
    public async Task Key_file_as_long_as_no_key_is_read_to_a_limit_only(string file)
    {
        using var folder = new TestFolder();
        folder.Write("key.pem", new string('a', 65537));

        var faults = await FaultsAsync(services => services.AddTokenizer(Section(
            "Vault", ("Url", "http://127.0.0.1:4462"), ("Application", "bank"), ("KeyFile", Path.Combine(folder.Path, file)))));

        Assert.EndsWith("which is longer than 65536 characters and no key", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_that_is_not_there_is_named()
    {
        var faults = await FaultsAsync(services => services.AddTokenizer(Section(
            "Vault", ("Url", "http://127.0.0.1:4462"), ("Application", "bank"), ("KeyFile", "/nowhere/bank.pem"))));

        Assert.StartsWith("Vault:KeyFile names /nowhere/bank.pem", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_is_none_is_refused_and_not_repeated()
    {
        var faults = await FaultsAsync(services => services.AddTokenizer(Section(
            "Vault", ("Url", "http://127.0.0.1:4462"), ("Application", "bank"), ("Key", "-----BEGIN NONSENSE-----"))));

        var fault = Assert.Single(faults);
        Assert.StartsWith("Vault:Key holds no usable key", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("NONSENSE", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Misspelt_key_is_a_fault()
    {
        var faults = await FaultsAsync(services => services.AddAuthProxyIdentity(Section("Identity", ("Audiences", "bank"))));

        Assert.Contains("Audiences", Assert.Single(faults), StringComparison.Ordinal);
    }

    private static IConfigurationSection Section(string name, params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"{name}:{value.Key}", (string?)value.Value)))
            .Build()
            .GetSection(name);

    private static async Task<IReadOnlyList<string>> FaultsAsync(Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        add(builder.Services);
        await using var application = builder.Build();

        var faults = await Assert.ThrowsAsync<OptionsValidationException>(() => application.StartAsync());
        return [.. faults.Failures];
    }
}
