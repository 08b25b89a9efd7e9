using AuthProxy.Rules;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Compares what became of a request with what its test expects. What was not reached is never as expected.</summary>
internal static class Expectations
{
    /// <summary>The first thing that is not as expected; null where nothing is.</summary>
    /// <param name="test">The test.</param>
    /// <param name="carrier">The rule that carries it; null for a test of a file of its own.</param>
    /// <param name="played">What became of its request.</param>
    public static string? WhyNot(RuleTest test, Rule? carrier, Played played) =>
        WhyUnanswered(played)
        ?? WhyNotDecidedBy(test.Expect, carrier, played)
        ?? WhyNotAnswered(test.Expect, played)
        ?? WhyNotSent(test.Expect, played)
        ?? WhyNotTold(test.Expect, played);

    // Nobody may believe in a test that would ask somebody else in earnest.
    private static string? WhyUnanswered(Played played) => played.Script.Unanswered.Count == 0 ? null
        : $"asks {string.Join(", ", played.Script.Unanswered)}, and nobody is asked in a test; write answers, or request.as in place of credentials";

    private static string? WhyNotDecidedBy(RuleTestExpectation expect, Rule? carrier, Played played)
    {
        if (played.Rule is not { } decided)
        {
            return expect.Rule is { } named ? $"expects rule '{named}', and no rule decides the request: {played.Answer}" : null;
        }

        // By reference where nothing is named: Oathkeeper's ids may repeat.
        var isRight = expect.Rule is { } id ? decided.Id == id : carrier is null || ReferenceEquals(decided, carrier);
        return isRight ? null : $"expects rule '{expect.Rule ?? carrier!.Id}', and {decided} decides the request";
    }

    private static string? WhyNotAnswered(RuleTestExpectation expect, Played played) =>
        (expect.Status is null || expect.Status == played.Status) && (expect.Reason is null || expect.Reason == played.Reason)
            ? null
            : $"expects {$"{expect.Status} {expect.Reason}".Trim()}, and the answer is {played.Answer} ({played.Way})";

    private static string? WhyNotSent(RuleTestExpectation expect, Played played)
    {
        if (expect.Location is null || expect.Location == played.Location)
        {
            return null;
        }

        return played.Location is { } location
            ? $"expects that the client is sent to {expect.Location}, and it is sent to {location}"
            : $"expects that the client is sent to {expect.Location}, and the answer is {played.Answer} ({played.Way})";
    }

    private static string? WhyNotTold(RuleTestExpectation expect, Played played)
    {
        if (expect.Headers.Count == 0)
        {
            return null;
        }

        if (played.Script.Passed is not { } upstream)
        {
            return $"expects headers of the upstream's request, and there is none: {played.Answer} ({played.Way})";
        }

        foreach (var (name, expected) in expect.Headers)
        {
            var sent = upstream.Headers.GetValueOrDefault(name);
            if (sent != expected)
            {
                return $"expects header {name} {Shown(name, expected)}, and it is {Shown(name, sent)}";
            }
        }

        return null;
    }

    private static string Shown(string name, string? value) => value is null ? "not sent" : $"'{Redaction.Of(name, value)}'";
}
