using System.Text;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

/// <summary>
/// A Proxy that runs one of the reference's sample files under the reference's configuration, with stubs in place of the hosts
/// below <c>.test</c>.
/// </summary>
internal sealed class SampleProxy : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules");

    private SampleProxy(StubService service, StubService application, RunningProxy proxy) => (Service, Application, Proxy) = (service, application, proxy);

    public StubService Service { get; }

    public StubService Application { get; }

    public RunningProxy Proxy { get; }

    public static async Task<SampleProxy> StartAsync(string sample, Action<IServiceCollection>? replace = null)
    {
        var service = await StubService.StartAsync();
        var application = await StubService.StartAsync();
        string Local(string text) => new StringBuilder(text)
            .Replace("http://sessions.test", service.Address).Replace("http://issuer.test", service.Address)
            .Replace("http://backend.test:8080", application.Address).Replace("http://backend.test", application.Address).Replace("http://static.test", application.Address)
            .Replace("http://orders.test", application.Address).Replace("http://reports.test", application.Address).Replace("http://exports.test", application.Address)
            .Replace("http://machines.test", application.Address).ToString();
        var configuration = await File.ReadAllTextAsync(Path.Combine(Folder, "config.yaml"));
        var handlers = configuration[configuration.IndexOf("\nauthenticators:", StringComparison.Ordinal)..];
        var rules = await File.ReadAllTextAsync(Path.Combine(Folder, sample));
        return new SampleProxy(service, application, await RunningProxy.StartAsync(Local(rules), Local(handlers), replace));
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string url, params (string Name, string Value)[] headers)
    {
        var address = new Uri(url);
        using var request = new HttpRequestMessage(new HttpMethod(method), Proxy.Address + address.PathAndQuery);
        request.Headers.Host = address.Host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Proxy.Client.SendAsync(request);
    }

    public async Task<int> StatusAsync(string method, string url, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, url, headers);
        return (int)response.StatusCode;
    }

    /// <summary>What reached the application; the test fails where nothing did.</summary>
    public ArrivedRequest Arrived()
    {
        Assert.True(Application.Arrived.TryDequeue(out var arrived), "nothing reached the application");
        return arrived;
    }

    /// <summary>What the service was asked; the test fails where it was not.</summary>
    public ArrivedRequest Asked()
    {
        Assert.True(Service.Arrived.TryDequeue(out var question), "nobody asked the service");
        return question;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Application.DisposeAsync();
        await Service.DisposeAsync();
    }
}
