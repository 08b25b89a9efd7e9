using System.Buffers.Text;
using System.Net;
using System.Text;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.Assertion;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Development;

/// <summary>Shows what the application will receive, by letting the rules' own mutators say it.</summary>
internal static class Preview
{
    public static void Write(TextWriter output, DevelopmentOptions options, PreparedRules rules)
    {
        output.WriteLine($"authproxy dev: everybody is {options.Name}. For this machine only; never in front of anything real.");
        output.WriteLine($"  open      {options.Address}");
        output.WriteLine($"  upstream  {options.Upstream}");
        output.WriteLine($"  keys      {options.Issuer}/.well-known/jwks.json (issuer {options.Issuer})");
        foreach (var rule in rules.Rules)
        {
            output.WriteLine();
            output.WriteLine($"With {rule.Rule} ({rule.Rule.Pattern.Text}) the application receives:");
            Write(output, options, rules, rule);
        }

        output.WriteLine();
        output.WriteLine("Ctrl-C ends it.");
        output.Flush();
    }

    private static void Write(TextWriter output, DevelopmentOptions options, PreparedRules rules, PreparedRule rule)
    {
        if (rule.Authenticators.OfType<DevelopmentAuthenticator>().FirstOrDefault() is not { } authenticator)
        {
            output.WriteLine($"  nobody is asked who they are ({string.Join(", ", rule.Authenticators.Select(one => one.Name))})");
            return;
        }

        var context = new DefaultHttpContext();
        var request = Request(context, options, rules);
        request.Match = new RuleMatch(rules, rule, default);
        request.Subject = authenticator.Subject;
        foreach (var mutator in rule.Mutators)
        {
            // The mutators that ship answer at once; one that asks somebody has nothing to show here.
            var outcome = mutator.MutateAsync(context, request, CancellationToken.None);
            if (!outcome.IsCompletedSuccessfully || outcome.Result is not MutationOutcome.Done)
            {
                output.WriteLine($"  what {mutator.Name} says depends on the request");
            }
        }

        foreach (var (name, value) in request.Identity.All)
        {
            output.WriteLine(name == AssertionMutator.AssertionHeader ? $"  {name}: {value[..12]}…, which says" : $"  {name}: {value}");
            if (name == AssertionMutator.AssertionHeader)
            {
                output.WriteLine($"    {Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value.Split('.')[1]))}");
            }
        }
    }

    private static ProxiedRequest Request(HttpContext context, DevelopmentOptions options, PreparedRules rules) => new(
        new FrozenRequest(
            HttpMethods.Get,
            new PublicAddress("http", $"127.0.0.1:{options.Port}"),
            ((TargetOutcome.Canonical)CanonicalTarget.Parse("/", TargetOptions.Strict)).Target,
            context.Request.Headers,
            IPAddress.Loopback,
            RequestKind.Programmatic,
        IsUpgrade: false),
        rules);
}
