namespace AuthProxy.Rules;

/// <summary>What has to allow a request: one authorizer, or several combined. Oathkeeper's form knows the first alone.</summary>
public abstract record AuthorizerUse
{
    private AuthorizerUse()
    {
    }

    /// <summary>Every handler that is named, whatever stands around it.</summary>
    public abstract IEnumerable<HandlerUse> Handlers { get; }

    internal abstract int Depth { get; }

    internal abstract AuthorizerUse Select(Func<HandlerUse, HandlerUse> change);

    /// <summary>As it would be written: <c>any_of(claims, not(remote))</c>.</summary>
    public sealed override string ToString() => this switch
    {
        One one => one.Use.Handler,
        AllOf all => $"all_of({string.Join(", ", all.Parts)})",
        AnyOf any => $"any_of({string.Join(", ", any.Parts)})",
        Not not => $"not({not.Part})",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>This authorizer must allow.</summary>
    public sealed record One(HandlerUse Use) : AuthorizerUse
    {
        /// <inheritdoc/>
        public override IEnumerable<HandlerUse> Handlers => [Use];

        internal override int Depth => 0;

        internal override AuthorizerUse Select(Func<HandlerUse, HandlerUse> change) => new One(change(Use));
    }

    /// <summary>All must allow; asked in order.</summary>
    public sealed record AllOf(IReadOnlyList<AuthorizerUse> Parts) : AuthorizerUse
    {
        /// <inheritdoc/>
        public override IEnumerable<HandlerUse> Handlers => Parts.SelectMany(part => part.Handlers);

        internal override int Depth => 1 + Parts.Max(part => part.Depth);

        internal override AuthorizerUse Select(Func<HandlerUse, HandlerUse> change) => new AllOf([.. Parts.Select(part => part.Select(change))]);
    }

    /// <summary>One must allow; asked in order until one does.</summary>
    public sealed record AnyOf(IReadOnlyList<AuthorizerUse> Parts) : AuthorizerUse
    {
        /// <inheritdoc/>
        public override IEnumerable<HandlerUse> Handlers => Parts.SelectMany(part => part.Handlers);

        internal override int Depth => 1 + Parts.Max(part => part.Depth);

        internal override AuthorizerUse Select(Func<HandlerUse, HandlerUse> change) => new AnyOf([.. Parts.Select(part => part.Select(change))]);
    }

    /// <summary>Must say no, clearly; whoever cannot decide has not said no.</summary>
    public sealed record Not(AuthorizerUse Part) : AuthorizerUse
    {
        /// <inheritdoc/>
        public override IEnumerable<HandlerUse> Handlers => Part.Handlers;

        internal override int Depth => 1 + Part.Depth;

        internal override AuthorizerUse Select(Func<HandlerUse, HandlerUse> change) => new Not(Part.Select(change));
    }
}
