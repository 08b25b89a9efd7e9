using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>
/// The real stages in services of their own: their caches are fresh, their keys sign nothing that is believed anywhere, and stand-ins
/// stand wherever somebody outside would be asked. Plays one request after the other.
/// </summary>
internal sealed class RehearsalStage : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Prompter _prompter;
    private readonly PublicAddresses _addresses;
    private readonly RequestDelegate _stages;

    /// <param name="services">A Proxy's, with the stand-ins; they end with the stage.</param>
    public RehearsalStage(ServiceProvider services)
    {
        _services = services;
        _prompter = _services.GetRequiredService<Prompter>();
        _addresses = _services.GetRequiredService<PublicAddresses>();
        var app = new ApplicationBuilder(_services);
        app.UseMiddleware<RefusalMiddleware>().UseDecidingStages().Run(_services.GetRequiredService<RehearsedForwarding>().InvokeAsync);
        _stages = app.Build();
    }

    /// <param name="request">The request.</param>
    /// <param name="script">What the stand-ins go by.</param>
    /// <param name="read">The rules as written.</param>
    /// <param name="rules">The same rules prepared for real requests.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task<Played> PlayAsync(RuleTestRequest request, Script script, RuleLoad read, PreparedRules rules, CancellationToken cancellation)
    {
        _prompter.Script = script;
        _services.GetRequiredService<Matching.RuleSource>().Take(PrepareFor(request, read, rules));
        var (context, response) = RehearsedContext.Of(request, _addresses, _services, cancellation);
        await using (response)
        {
            await _stages(context);
        }

        var proxied = context.Features.Get<ProxiedRequest>();
        return new Played(script, proxied?.Rule?.Rule, proxied?.Trace.Steps ?? [])
        {
            Status = StatusOf(script, response.StatusCode),
            Location = context.Response.Headers.Location,
            Captures = proxied?.Rule is null ? default : proxied.Match.Captures,
        };
    }

    /// <summary>What a request looks like to the rules; null where it is refused before any rule sees it.</summary>
    public RequestFacts? FactsOf(RuleTestRequest request, RuleSet set)
    {
        var written = RehearsedContext.AddressOf(request, _addresses);
        return CanonicalTarget.Parse(request.Path, set.TargetOptions) is TargetOutcome.Canonical { Target: var target }
            && _addresses.Find(written.Host, written.Scheme) is { } address
                ? new RequestFacts(request.Method, address.Scheme, address.Host, target)
                : null;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>The one rule that will decide, in the whole set: of ten thousand rules, one test needs the handlers of one.</summary>
    private PreparedRules PrepareFor(RuleTestRequest request, RuleLoad read, PreparedRules rules)
    {
        var set = rules.RuleSet;
        var deciding = FactsOf(request, set) is { } facts && set.Find(facts) is RuleLookup.One one ? one.Rule : set.Rules is [var first, ..] ? first : null;
        var faults = new ConfigFaults();
        return _services.GetRequiredService<RulePreparer>().Prepare(read with { Rules = deciding is null ? [] : [deciding] }, rules.Revision, faults, new ConfigFaults()) is { } prepared
            ? new PreparedRules(set, prepared.Rules, rules.ReservedHeaderNames, prepared.FallbackErrors, rules.Revision)
            : throw new RehearsalException(string.Join("; ", faults));
    }

    // A gRPC refusal is a 200 whose head says otherwise, and a refusal must not look like a yes.
    private static int StatusOf(Script script, int written) =>
        script.Refusal is { } refusal ? (written == StatusCodes.Status200OK ? refusal.Status : written)
        : script.Passed is null ? 0
        : StatusCodes.Status200OK;
}

/// <summary>A rule could be prepared for real requests and not for rehearsed ones.</summary>
internal sealed class RehearsalException(string message) : Exception(message);
