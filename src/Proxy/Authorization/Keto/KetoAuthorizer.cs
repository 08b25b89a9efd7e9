using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization.Keto;

/// <summary>
/// Known so that one sentence can say what to write instead: the engine that it asked went with Keto 0.6. It makes no handler, ever, because
/// an authorizer that cannot ask must not look like one that allows.
/// </summary>
internal sealed partial class KetoAuthorizerKind : IHandlerKind<IAuthorizer>
{
    private static readonly Schema<NoSettings> Settings = Declare.Object<NoSettings>("keto_engine_acp_ory", "Cannot be used: it asked an engine of Keto before 0.6; remote_json asks today's Keto.", o =>
    {
        o.Text("base_url", "Where Keto was.").Optional();
        o.Text("required_action", "The action, a template.").Optional();
        o.Text("required_resource", "The resource, a template.").Optional();
        o.Text("subject", "The subject, a template.").Optional();
        o.Text("flavor", "How policies were compared.").Optional();
        return _ => new NoSettings();
    });

    // Characters that JSON need not escape, so that the text can be copied into a rule.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => "keto_engine_acp_ory";

    public Schema Schema => Settings;

    public IReadOnlyList<string> Destinations => ["base_url"];

    public IAuthorizer? Prepare(HandlerPreparation preparation)
    {
        preparation.Fault($"is '{Name}', whose engine went with Keto 0.6; let remote_json ask today's Keto, under a namespace of yours: {Equivalent(preparation.Config as ConfigMapping)}");
        return null;
    }

    private static string Equivalent(ConfigMapping? config)
    {
        var payload = Json(writer =>
        {
            writer.WriteString("namespace", "access");
            writer.WriteString("object", Migrated(TextOf(config, "required_resource")));
            writer.WriteString("relation", Migrated(TextOf(config, "required_action")));
            writer.WriteString("subject_id", TextOf(config, "subject") is { Length: > 0 } subject ? subject : "{{ print .Subject }}");
        });
        return Json(writer =>
        {
            writer.WriteString("handler", "remote_json");
            writer.WriteStartObject("config");
            writer.WriteString("remote", TextOf(config, "base_url").TrimEnd('/') + "/relation-tuples/check");
            writer.WriteString("payload", payload);
            writer.WriteEndObject();
        });
    }

    /// <summary>Oathkeeper's own migration of rules up to 0.37: <c>$1</c> is the first capture group.</summary>
    private static string Migrated(string text) => Group().Replace(text, "{{ printIndex .MatchContext.RegexpCaptureGroups (sub $1 1 | int)}}");

    private static string TextOf(ConfigMapping? config, string key) => (config?[key] as ConfigScalar)?.Text ?? "";

    private static string Json(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Group();
}
