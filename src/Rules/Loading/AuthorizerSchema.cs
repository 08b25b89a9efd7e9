using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>An authorizer in our form: its name, its name and <c>config</c>, or others combined by <c>all_of</c>, <c>any_of</c> and <c>not</c>.</summary>
internal static class AuthorizerSchema
{
    /// <summary>Deeper ones cannot be read by people either.</summary>
    private const int DeepestNesting = 8;

    private static readonly Schema<AuthorizerUse> Nested = Declare.Deferred("authorizer", () => Schema!);

    public static readonly Schema<AuthorizerUse> Schema = Declare.OneOf(
        scalar: Declare.Text.Select((name, node, faults) => HandlerUseSchema.Use(name, null, node, faults) is { } use ? new AuthorizerUse.One(use) : (AuthorizerUse?)null),
        mapping: Declare.Object<AuthorizerUse?>("authorizer", "One authorizer with settings of its own, or several combined.", o =>
        {
            var handler = o.Text("handler", "The authorizer's name.").NotEmpty("name the handler").Optional();
            var config = o.Raw("config", "Settings of this use, laid over the authorizer's own in the service's configuration.").Optional();
            var allOf = o.List("all_of", Nested, "All must allow.").NotEmpty("name at least one").Optional();
            var anyOf = o.List("any_of", Nested, "One must allow; they are asked in order until one does.").NotEmpty("name at least one").Optional();
            var not = o.Value("not", Nested, "Must say no. Only a clear no is turned: whoever cannot decide refuses the request.").Optional();
            return read =>
            {
                var given = new Setting[] { handler, allOf, anyOf, not }.Count(read.IsGiven);
                if (given != 1 || (read.IsGiven(config) && !read.IsGiven(handler)))
                {
                    read.Fault(given == 1 ? "has a config without its handler" : "must hold exactly one of handler, all_of, any_of and not");
                    return null;
                }

                AuthorizerUse use =
                    read.Get(handler) is { } name ? new AuthorizerUse.One(new HandlerUse(name, read.Get(config), read.Node.File, read.Node.Line, read.Node.Key))
                    : read.Get(allOf) is { } all ? new AuthorizerUse.AllOf(all)
                    : read.Get(anyOf) is { } any ? new AuthorizerUse.AnyOf(any)
                    : new AuthorizerUse.Not(read.Get(not)!);
                if (use.Depth > DeepestNesting)
                {
                    read.Fault($"nests authorizers deeper than {DeepestNesting}");
                }

                return use;
            };
        })!);
}
