using System.Globalization;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Rules.Testing;

/// <summary>
/// Runs the tests that rules carry, as far as the rules alone decide: which rule matches, and what it requires of claims. A test
/// that asks for more is a fault, so that nobody believes in a test that never ran.
/// </summary>
public static class RuleTestRunner
{
    /// <summary>A fault for each test that fails or cannot be run.</summary>
    public static IReadOnlyList<ConfigFault> Run(RuleSet rules) =>
        [.. from rule in rules.Rules
            from test in rule.Tests
            let fault = WhyNot(rules, rule, test)
            where fault is not null
            select new ConfigFault(test.File, test.Line, test.Key, fault)];

    private static string? WhyNot(RuleSet rules, Rule carrier, RuleTest test)
    {
        if (HostOf(test.Request, carrier) is not { } host)
        {
            return "names no host, and its rule is for many; add request.host";
        }

        var answer = Decide(rules, test.Request, host);
        return answer.Rule is { } decided
            ? WhyNotDecidedBy(decided, carrier, test.Expect) ?? WhyNotPassed(decided, test)
            : WhyNotAnswer(answer, test.Expect);
    }

    private static string? HostOf(RuleTestRequest request, Rule carrier) =>
        request.Host.Length > 0 ? request.Host
        : carrier.Pattern is RoutePattern { Host: var host } ? (host.Below ? null : host.Name ?? "localhost")
        : null;

    private static RuleTestAnswer Decide(RuleSet rules, RuleTestRequest request, string host)
    {
        if (CanonicalTarget.Parse(request.Path, rules.TargetOptions) is not TargetOutcome.Canonical { Target: var target })
        {
            return RuleTestAnswer.TargetMalformed;
        }

        return rules.Find(new RequestFacts(request.Method, request.Scheme, host, target)) switch
        {
            RuleLookup.One one => new RuleTestAnswer(200, "", one.Rule),
            RuleLookup.None => RuleTestAnswer.RuleMissing,
            RuleLookup.Refused => RuleTestAnswer.TargetMalformed,
            RuleLookup.Several => RuleTestAnswer.RuleAmbiguous,
            _ => RuleTestAnswer.RuleUndecided,
        };
    }

    private static string? WhyNotDecidedBy(Rule decided, Rule carrier, RuleTestExpectation expect)
    {
        if (expect.Status is 404 or 400)
        {
            return $"expects status {Text(expect.Status.Value)}, and {decided} decides the request";
        }

        var expected = expect.Rule ?? carrier.Id;
        return decided.Id == expected ? null : $"expects rule '{expected}', and {decided} decides the request";
    }

    private static string? WhyNotPassed(Rule decided, RuleTest test)
    {
        if (test.Expect is { Status: null, Reason: null })
        {
            return null;
        }

        if (decided.Require is not null && test.Request.As is null)
        {
            return $"has no request.as, without which nobody can say what {decided} requires";
        }

        if (decided.Require is not null && decided.Require.Check(test.Request.As!.Claims) is RequirementOutcome.NotMet notMet)
        {
            return WhyNotAnswer(RuleTestAnswer.RequirementNotMet, test.Expect) is { } why ? $"{why} ({notMet.Claim}: {notMet.Why})" : null;
        }

        return OnlyRequirementsDecide(decided)
            ? WhyNotAnswer(new RuleTestAnswer(200, "", decided), test.Expect)
            : $"expects what {decided}'s authorizers or grants decide, and rule tests do not run those in this version; expect the rule alone";
    }

    private static bool OnlyRequirementsDecide(Rule rule) =>
        rule.Grants is null && rule.Authorizers.All(use => use is AuthorizerUse.One { Use.Handler: "allow" }) && rule.Authenticators.All(use => use.Handler != "unauthorized");

    private static string? WhyNotAnswer(RuleTestAnswer answer, RuleTestExpectation expect)
    {
        if (expect.Rule is { } rule && answer.Rule is null && answer != RuleTestAnswer.RequirementNotMet)
        {
            return $"expects rule '{rule}', and the answer is {Text(answer.Status)} {answer.Reason}";
        }

        var statusFits = expect.Status is null || expect.Status == answer.Status;
        var reasonFits = expect.Reason is null || expect.Reason == answer.Reason;
        return statusFits && reasonFits && expect is not { Status: null, Reason: null, Rule: null }
            ? null
            : $"expects {Text(expect)}, and the answer is {Text(answer.Status)} {answer.Reason}".TrimEnd();
    }

    private static string Text(RuleTestExpectation expect) => $"{(expect.Status is { } status ? Text(status) : "")} {expect.Reason}".Trim();

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    /// <param name="Status">200 where nothing of what was run refuses.</param>
    /// <param name="Reason">The refusal's name in responses, logs and metrics.</param>
    /// <param name="Rule">The rule that decides, where one does.</param>
    private sealed record RuleTestAnswer(int Status, string Reason, Rule? Rule)
    {
        public static readonly RuleTestAnswer TargetMalformed = new(400, "target-malformed", null);
        public static readonly RuleTestAnswer RuleMissing = new(404, "rule-missing", null);
        public static readonly RuleTestAnswer RuleAmbiguous = new(500, "rule-ambiguous", null);
        public static readonly RuleTestAnswer RuleUndecided = new(500, "rule-undecided", null);
        public static readonly RuleTestAnswer RequirementNotMet = new(403, "requirement-not-met", null);
    }
}
