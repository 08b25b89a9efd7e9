using AuthProxy.Hosting;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary><c>authproxy rules explain</c>: what would become of one request, and why.</summary>
internal static class RulesExplainCommand
{
    public static Command Command { get; } = new(
        "rules explain",
        "Says what would become of one request and why: candidates, every stage, the upstream's request. Asks nobody.",
        [.. RuleOptions.All, .. ExplainRequest.Options],
        RunAsync)
    {
        Operands = ["METHOD", "URL"],
        NeedsOperands = true,
    };

    private static async Task<int> RunAsync(CommandArguments arguments, CommandConsole console, CancellationToken cancellation)
    {
        if (ExplainRequest.Read(arguments, out var fault) is not { } request)
        {
            await console.Error.WriteLineAsync($"authproxy: {fault}");
            return ExitCodes.Usage;
        }

        return await OpenedRules.UseAsync(arguments, console, async (opened, rules) =>
        {
            var (played, facts) = await opened.Rehearsal.PlayAsync(request, rules, opened.Read, cancellation);
            var explanation = new Explanation(arguments.Operands[1], request, facts is { } seen ? rules.RuleSet.Explain(in seen) : [], played);
            if (RuleOptions.WantsJson(arguments))
            {
                CommandJson.Write(console.Output, explanation.WriteJson);
            }
            else
            {
                explanation.WriteText(console.Output);
            }

            return explanation.Decision switch
            {
                Decision.Allow => ExitCodes.Success,
                Decision.Unknown => ExitCodes.Unavailable,
                _ => ExitCodes.Failure,
            };
        }, cancellation);
    }
}
