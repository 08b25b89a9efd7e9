using System.Text;
using System.Text.Json;
using AuthProxy.Rules.Templates.Output;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates;

/// <summary>The session as Oathkeeper's services get it: <c>subject</c>, <c>extra</c>, <c>header</c> and <c>match_context</c>, its URL as Go's structure.</summary>
public static class SessionJson
{
    /// <summary>False where it cannot be written: the rule's pattern came to no answer in time, or the claims are too large or too deep. Then nothing is.</summary>
    public static bool Write(Utf8JsonWriter writer, TemplateValues values)
    {
        var session = new GoSession(values);
        var scope = new RenderScope(session, TemplateOutput.None);
        var text = new StringBuilder();
        var json = new GoJson(text, scope);
        json.Write(session);
        if (scope.Failed || json.HasNoJson)
        {
            return false;
        }

        writer.WriteRawValue(text.ToString(), skipInputValidation: true);
        return true;
    }
}
