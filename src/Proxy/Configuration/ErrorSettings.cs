using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Who answers refusals where the rule names nobody.</summary>
/// <param name="Fallback">Error handlers in order; empty: login and json for our rules, json for Oathkeeper's.</param>
/// <param name="Handlers">The handlers' settings for all rules.</param>
internal sealed record ErrorSettings(IReadOnlyList<string> Fallback, HandlerKindSettings Handlers)
{
    public static readonly Schema<ErrorSettings> Schema = Declare.Object<ErrorSettings>("errors", "Who answers refusals.", o =>
    {
        var fallback = o.List("fallback", Declare.Text, "Error handlers asked in order where a rule names none; by default login (for our rule form) and json.");
        var handlers = o.Map("handlers", "error handler", HandlerSettings.Schema, "Settings of error handlers for all rules.");
        return read => new ErrorSettings(read.Get(fallback), new HandlerKindSettings(read.Get(handlers)));
    });
}
