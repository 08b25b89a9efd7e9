using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors.When;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Errors.Json;

/// <param name="Verbose">Whether Oathkeeper's form says more than the status's own sentence.</param>
/// <param name="When">When the handler answers.</param>
internal sealed record JsonErrorSettings(bool Verbose, IReadOnlyList<ErrorCondition> When)
{
    public static readonly Schema<JsonErrorSettings> Schema = Declare.Object<JsonErrorSettings>("json", "Answers with the status and a JSON body.", o =>
    {
        var verbose = o.Boolean("verbose", "Whether the body names what was wrong; only Oathkeeper's form knows the difference.").Default(false);
        var when = o.When();
        return read => new JsonErrorSettings(read.Get(verbose), read.Get(when));
    });
}

/// <summary>RFC 9457 problem details; nothing to aim by.</summary>
internal sealed class JsonErrorHandler : IErrorHandler
{
    public static readonly JsonErrorHandler Instance = new();

    public string Name => JsonErrorKind.KindName;

    public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) =>
        RefusalResponse.WriteAsync(context, answer.Refusal, answer.SupportCode, cancellation);
}

/// <summary>The error body that clients of Oathkeeper know.</summary>
internal sealed class OathkeeperJsonErrorHandler(bool verbose) : IErrorHandler
{
    public string Name => JsonErrorKind.KindName;

    public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => verbose
        ? OathkeeperErrorBody.WriteAsync(context, answer, OathkeeperErrorBody.Specific(answer.Refusal), answer.Refusal.Reason, cancellation)
        : OathkeeperErrorBody.WriteAsync(context, answer, OathkeeperErrorBody.Generic(answer.Refusal), reason: null, cancellation);
}

internal sealed class JsonErrorKind : IHandlerKind<IErrorHandler>
{
    public const string KindName = "json";

    public string Name => KindName;

    public Schema Schema => JsonErrorSettings.Schema;

    public IErrorHandler? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(JsonErrorSettings.Schema, out var settings)
            ? ConditionalErrorHandler.Limit(preparation.Form == RuleForm.Oathkeeper ? new OathkeeperJsonErrorHandler(settings.Verbose) : JsonErrorHandler.Instance, settings.When)
            : null;
}
