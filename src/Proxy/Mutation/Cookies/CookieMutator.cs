using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Mutation.Cookies;

/// <param name="Cookies">Cookie names with the templates of their values.</param>
internal sealed record CookieSettings(IReadOnlyDictionary<string, string> Cookies)
{
    public static readonly Schema<CookieSettings> Schema = Declare.Object<CookieSettings>("cookie", "Sets cookies for the upstream, filled in from the subject.", o =>
    {
        var cookies = o.Map("cookies", "cookie", Declare.Text, "Cookie names with the templates of their values; the client's cookies of these names, in any spelling, are left out.")
            .NotEmpty("name at least one cookie")
            .Must(map => map.Keys.All(UpstreamHeaderNames.IsName), "write cookie names of letters, digits, -, _ and .")
            .Must(map => !map.Keys.Any(name => name.StartsWith(OwnCookies.Prefix, StringComparison.OrdinalIgnoreCase)), "leave out the Proxy's own cookies")
            .Must(map => map.Keys.Distinct(CookieNames.Comparer).Count() == map.Count, "name each cookie once, in one spelling");
        return read => new CookieSettings(read.Get(cookies));
    });
}

/// <summary>Writes one Cookie header for the upstream: the rule's cookies, then what is left of the client's.</summary>
internal sealed class CookieMutator(IReadOnlyList<NamedTemplate> cookies, RuleForm form) : IMutator
{
    private const string Header = "Cookie";

    private static readonly string[] Names = [Header];

    private readonly HashSet<string> _mine = new(cookies.Select(cookie => cookie.Name), CookieNames.Comparer);

    public string Name => CookieMutatorKind.KindName;

    public IReadOnlyCollection<string> HeaderNames => Names;

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var values = TemplateFacts.Of(request);
        var header = new StringBuilder();
        foreach (var cookie in cookies)
        {
            if (!cookie.TryRender(values, out var text, out var why))
            {
                return new(new MutationOutcome.Refused(ProxyRefusals.IdentityUnavailable, $"cookie {why}"));
            }

            Append(header, $"{cookie.Name}={(form == RuleForm.Oathkeeper ? CookieValue.Sanitize(text) : CookieValue.Encode(text))}");
        }

        // What a mutator before this one set counts as the client's would have.
        var others = request.Identity.Find(Header) ?? string.Join("; ", OwnCookies.Without(request.Received.Headers.Cookie).ToArray());
        foreach (var other in others.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!CookieNames.AnyIn(other, _mine) && HeaderText.IsOneLine(other))
            {
                Append(header, other);
            }
        }

        request.Identity.SetAsIs(Header, header.ToString());
        return new(MutationOutcome.Done.Instance);
    }

    private static void Append(StringBuilder header, string cookie) => header.Append(header.Length > 0 ? "; " : "").Append(cookie);
}

internal sealed class CookieMutatorKind : IHandlerKind<IMutator>
{
    public const string KindName = "cookie";

    public string Name => KindName;

    public Schema Schema => CookieSettings.Schema;

    public IMutator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(CookieSettings.Schema, out var settings) && NamedTemplate.CompileAll(preparation, settings.Cookies, "cookie") is { } cookies
            ? new CookieMutator(cookies, preparation.Form)
            : null;
}
