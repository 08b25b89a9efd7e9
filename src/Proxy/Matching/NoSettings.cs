using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>For handlers that nothing can be set on: any key under <c>config</c> is a fault, or in Oathkeeper's rules, where nobody looks at it, a warning.</summary>
internal sealed record NoSettings
{
    private static readonly NoSettings Nothing = new();

    public static Schema<NoSettings> Of(string name, string sentence) => Declare.Object<NoSettings>(name, sentence, _ => _ => Nothing);

    /// <summary>Whether the use is sound.</summary>
    public static bool Suffice(HandlerPreparation preparation, Schema<NoSettings> settings)
    {
        if (preparation.Form != RuleForm.Oathkeeper)
        {
            return preparation.TryRead(settings, out _);
        }

        if (preparation.Config is not ConfigMapping { Entries.Count: 0 })
        {
            preparation.Faults.Warn(preparation.Config, $"has no effect: nothing can be set on '{preparation.Where.Handler}'");
        }

        return true;
    }
}
