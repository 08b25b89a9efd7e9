using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Combined;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authorization.Combined;

public class CombinedAuthorizersTests
{
    private readonly (HttpContext Context, ProxiedRequest Request) _at = Requests.Create();

    [Theory]
    [InlineData("all_of(yes, yes)", "yes")]
    [InlineData("all_of(yes, no, unavailable)", "no")]
    [InlineData("all_of(unavailable, no)", "unavailable")]
    [InlineData("any_of(no, yes, unavailable)", "yes")]
    [InlineData("any_of(unavailable, yes)", "yes")]
    [InlineData("any_of(no, no)", "no")]
    [InlineData("any_of(no, unavailable)", "unavailable")]
    [InlineData("any_of(no, limited, unavailable)", "limited")]
    [InlineData("any_of(unavailable, no, failed)", "unavailable")]
    [InlineData("any_of(no, unreadable)", "unreadable")]
    [InlineData("not(no)", "yes")]
    [InlineData("not(yes)", "no")]
    [InlineData("not(not(yes))", "yes")]
    [InlineData("not(not(unavailable))", "unavailable")]
    [InlineData("any_of(all_of(yes, no), not(no))", "yes")]
    [InlineData("all_of(any_of(no, yes), not(any_of(no, yes)))", "no")]
    public async Task Combination_decides_as_its_words_say(string combination, string decision) => Assert.Equal(decision, await DecideAsync(combination));

    [Theory]
    [InlineData("unavailable"), InlineData("failed"), InlineData("limited"), InlineData("unreadable"), InlineData("all_of(yes, unavailable)"), InlineData("any_of(no, failed)")]
    public async Task Service_that_falls_silent_does_not_turn_a_not_into_a_yes(string part) =>
        Assert.NotEqual("yes", await DecideAsync($"not({part})"));

    [Fact]
    public async Task Part_that_gives_no_outcome_opens_nothing()
    {
        await Assert.ThrowsAsync<System.Diagnostics.UnreachableException>(() => DecideAsync("not(speechless)"));
        await Assert.ThrowsAsync<System.Diagnostics.UnreachableException>(() => DecideAsync("any_of(speechless, yes)"));
    }

    [Theory]
    [InlineData("any_of(no+a, yes+b)", "b")]
    [InlineData("any_of(all_of(yes+a, no), yes+b)", "b")]
    [InlineData("any_of(no+a, no+b)", "")]
    [InlineData("not(no+a)", "")]
    [InlineData("not(yes+a)", "")]
    [InlineData("all_of(yes+a, not(no+b))", "a")]
    [InlineData("all_of(yes+a, any_of(no+a2, yes))", "a")]
    [InlineData("all_of(yes+a, yes+a2)", "a2")]
    public async Task Identity_header_of_a_part_that_did_not_decide_does_not_reach_the_upstream(string combination, string told)
    {
        await DecideAsync(combination);

        Assert.Equal(told, string.Join(' ', _at.Request.Identity.All.Select(header => header.Value)));
    }

    [Fact]
    public async Task Rate_limit_headers_are_those_of_the_refusal_that_goes_out()
    {
        await DecideAsync("any_of(limited, yes)");
        Assert.Same(RateLimitHeaders.None, _at.Request.RateLimit);

        await DecideAsync("any_of(no, limited, no)");
        Assert.NotSame(RateLimitHeaders.None, _at.Request.RateLimit);
    }

    [Fact]
    public async Task Trace_tells_every_part_that_was_asked_and_where_it_stands()
    {
        await DecideAsync("any_of(no, all_of(yes, not(no)), yes)");

        Assert.Equal(
            ["any_of[0].no Refused", "any_of[1].all_of[0].yes Passed", "any_of[1].all_of[1].not.no Refused", "any_of[1].all_of[1].not Passed", "any_of[1].all_of Passed"],
            _at.Request.Trace.Steps.Select(step => $"{step.Part} {step.Verdict}"));
    }

    [Fact]
    public void Headers_of_every_part_are_reserved() =>
        Assert.Equal(["X-Told"], Prepare("any_of(not(yes), all_of(no))")!.HeaderNames.Distinct());

    [Theory]
    [InlineData("any_of(yes, missing)"), InlineData("all_of(missing)"), InlineData("not(missing)"), InlineData("any_of(yes, not(all_of(yes, missing)))")]
    public void Combination_with_a_part_that_cannot_be_made_is_none(string combination) => Assert.Null(Prepare(combination));

    private async Task<string> DecideAsync(string combination) =>
        await Prepare(combination)!.AuthorizeAsync(_at.Context, _at.Request, CancellationToken.None) switch
        {
            AuthorizationOutcome.Allowed => "yes",
            AuthorizationOutcome.Refused refused => refused.Refusal.Reason switch
            {
                "access-denied" => "no",
                "check-unavailable" => "unavailable",
                "check-failed" => "failed",
                "rate-limited" => "limited",
                "body-unreadable" => "unreadable",
                var other => other,
            },
            _ => "nothing",
        };

    private static IAuthorizer? Prepare(string combination) =>
        AuthorizerTree.Prepare(Read(combination), use => use.Handler == "missing" ? null : new Scripted(use.Handler));

    private static AuthorizerUse Read(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return new AuthorizerUse.One(new HandlerUse(text, null, "rules.yaml", 1, "authorizers"));
        }

        var parts = Split(text[(open + 1)..^1]).Select(Read).ToList();
        return text[..open] switch
        {
            "all_of" => new AuthorizerUse.AllOf(parts),
            "any_of" => new AuthorizerUse.AnyOf(parts),
            _ => new AuthorizerUse.Not(parts.Single()),
        };
    }

    private static IEnumerable<string> Split(string list)
    {
        var (depth, start) = (0, 0);
        for (var index = 0; index <= list.Length; index++)
        {
            if (index == list.Length || (list[index] == ',' && depth == 0))
            {
                yield return list[start..index].Trim();
                start = index + 1;
            }
            else
            {
                depth += list[index] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    /// <summary>Answers as its name says: <c>no+a</c> sets a header to <c>a</c> and says no.</summary>
    private sealed class Scripted(string script) : IAuthorizer
    {
        private readonly string[] _words = script.Split('+');

        public string Name => _words[0];

        public IReadOnlyCollection<string> HeaderNames => ["X-Told"];

        public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
        {
            if (_words.Length > 1)
            {
                request.Identity.Set("X-Told", _words[1]);
            }

            if (Name == "limited")
            {
                request.RateLimit = RateLimitHeaders.Of(1, 0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            }

            return new(Name switch
            {
                "yes" => AuthorizationOutcome.Allowed.Instance,
                "no" => Refuse(ProxyRefusals.AccessDenied),
                "unavailable" => Refuse(ProxyRefusals.CheckUnavailable),
                "failed" => Refuse(ProxyRefusals.CheckFailed),
                "limited" => Refuse(ProxyRefusals.RateLimited),
                "unreadable" => Refuse(ProxyRefusals.BodyUnreadable),
                _ => null!,
            });
        }

        private AuthorizationOutcome.Refused Refuse(Refusal refusal) => new(refusal, Name);
    }
}
