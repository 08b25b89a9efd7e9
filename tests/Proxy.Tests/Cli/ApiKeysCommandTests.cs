using System.Security.Cryptography;
using System.Text;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Proxy.Tests.Cli;

public class ApiKeysCommandTests
{
    [Fact]
    public async Task Entry_holds_the_hash_of_the_key_and_never_the_key()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await new CommandLine(Commands.All, new CommandConsole(output, error)).RunAsync(["keys", "api", "--id", "reports"], CancellationToken.None);

        var key = error.ToString().Trim().Split(' ')[^1];
        Assert.Equal(ExitCodes.Success, code);
        Assert.StartsWith("ak_reports_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, output.ToString(), StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key))), output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_no_entry_could_have_is_refused()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(ExitCodes.Usage, await new CommandLine(Commands.All, new CommandConsole(output, error)).RunAsync(["keys", "api", "--id", "a b"], CancellationToken.None));
        Assert.Equal("", output.ToString());
    }
}
