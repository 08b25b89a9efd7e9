using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Deny;
using AuthProxy.Proxy.Matching;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authorization;

public class AuthorizationMiddlewareTests
{
    private readonly RecordedRefusals _refusals = new();
    private bool _passed;

    [Fact]
    public async Task Request_that_every_authorizer_allows_passes()
    {
        await RunAsync("", [AllowAuthorizer.Instance, AllowAuthorizer.Instance]);

        Assert.True(_passed);
        Assert.Null(_refusals.Last);
    }

    [Fact]
    public async Task One_no_is_a_no()
    {
        await RunAsync("", [AllowAuthorizer.Instance, new DenyAuthorizer(), AllowAuthorizer.Instance]);

        Assert.False(_passed);
        Assert.Equal(ProxyRefusals.AccessDenied, _refusals.Last);
    }

    [Fact]
    public async Task Empty_list_is_a_no()
    {
        await RunAsync("", []);

        Assert.False(_passed);
        Assert.Equal(ProxyRefusals.AccessDenied, _refusals.Last);
    }

    [Fact]
    public async Task Answer_that_is_none_is_no_yes()
    {
        await Assert.ThrowsAsync<System.Diagnostics.UnreachableException>(() => RunAsync("", [new Speechless()]));

        Assert.False(_passed);
    }

    [Theory]
    [InlineData("websocket: deny", false)]
    [InlineData("websocket: allow", true)]
    [InlineData("", true)]
    public async Task Upgrade_passes_only_where_the_rule_takes_it(string rule, bool passes)
    {
        await RunAsync(rule, [AllowAuthorizer.Instance], upgrade: true);

        Assert.Equal(passes, _passed);
        Assert.Equal(passes ? null : ProxyRefusals.UpgradeRefused, _refusals.Last);
    }

    private async Task RunAsync(string rule, IReadOnlyList<IAuthorizer> authorizers, bool upgrade = false)
    {
        var (context, request) = Requests.Create(upgrade: upgrade);
        var prepared = new PreparedRule(Requests.Rule(more: rule), [], authorizers, null, [], [], null) { Revision = 1 };
        request.Match = new RuleMatch(PreparedRules.Empty, prepared, default);
        await new AuthorizationMiddleware(Pass, _refusals).InvokeAsync(context);
    }

    private Task Pass(HttpContext context)
    {
        _passed = true;
        return Task.CompletedTask;
    }

    private sealed class Speechless : IAuthorizer
    {
        public string Name => "speechless";

        public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => default;
    }
}
