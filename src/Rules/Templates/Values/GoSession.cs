using System.Text.Json;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>What <c>.</c> and <c>$</c> begin with: the session. Each part is made when a template first asks for it.</summary>
internal sealed class GoSession(TemplateValues values) : IGoStruct
{
    public const string TypeName = "*authn.AuthenticationSession";

    public string Type => TypeName;

    public TemplateValues Values => values;

    public GoMap Extra => field ??= values.Extra is { ValueKind: JsonValueKind.Object } extra ? new GoJsonObject(extra) : GoNilMap.Instance;

    public GoHeaders Header => field ??= new GoHeaders(values.Headers, nilWhenEmpty: true);

    public GoMatchContext MatchContext => field ??= new GoMatchContext(values);

    public bool TryMember(string name, RenderScope scope, out object? value)
    {
        value = name switch
        {
            "Subject" => values.Subject,
            "Extra" => Extra,
            "Header" => Header,
            "MatchContext" => MatchContext,
            _ => null,
        };
        return value is not null;
    }

    public IReadOnlyList<GoField> Fields(RenderScope scope) =>
        [new("subject", values.Subject), new("extra", Extra), new("header", Header), new("match_context", MatchContext)];
}

/// <summary><c>.MatchContext</c>: the request, and what the rule's pattern captured of it.</summary>
internal sealed class GoMatchContext(TemplateValues values) : IGoStruct
{
    private GoList? _captures;

    public string Type => "authn.MatchContext";

    private GoUrl? Url => field ??= values.Request is { } request ? new GoUrl(request) : null;

    private GoHeaders Header => field ??= new GoHeaders(values.Request?.Headers ?? TemplateHeaders.None);

    private string Method => values.Request?.Method ?? "";

    public bool TryMember(string name, RenderScope scope, out object? value)
    {
        value = name switch
        {
            "RegexpCaptureGroups" => Captures(scope),
            "URL" => Url,
            "Method" => Method,
            "Header" => Header,
            _ => null,
        };
        return value is not null || name is "URL" || scope.Failed;
    }

    public IReadOnlyList<GoField> Fields(RenderScope scope) =>
        [new("regexp_capture_groups", Captures(scope)), new("url", Url), new("method", Method), new("header", Header)];

    private object? Captures(RenderScope scope) =>
        _captures ??= values.Captures.TryReadAll(out var captures)
            ? GoList.Texts(captures)
            : (GoList?)scope.Fail("the rule's pattern came to no answer in time");
}
