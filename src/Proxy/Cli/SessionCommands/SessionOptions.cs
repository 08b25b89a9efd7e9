namespace AuthProxy.Proxy.Cli.SessionCommands;

/// <summary>What both commands about sessions take.</summary>
internal static class SessionOptions
{
    public const string Config = "--config";
    public const string Socket = "--socket";
    public const string Issuer = "--issuer";
    public const string Subject = "--subject";
    public const string ProviderSession = "--provider-session";
    public const string Output = "--output";

    public static IReadOnlyList<CommandOption> Common { get; } =
    [
        new(Config, "FILE", "The configuration file of the Proxy that is asked.") { Default = "config/authproxy.yaml" },
        new(Socket, "PATH", "Its admin socket instead."),
        new(Issuer, "ISSUER", "Whose word the subject or the session is."),
        new(Subject, "SUBJECT", "A subject of the issuer."),
        new(ProviderSession, "SID", "A session at the issuer (its sid)."),
        new(Output, "FORM", "text or json.") { Default = "text", Choices = ["text", "json"] },
    ];

    /// <summary>Why subject and session cannot be understood; null where they can, or neither is given.</summary>
    public static string? Objection(CommandArguments arguments) =>
        arguments.Has(Subject) && arguments.Has(ProviderSession) ? $"{Subject} and {ProviderSession} exclude each other"
        : (arguments.Has(Subject) || arguments.Has(ProviderSession)) != arguments.Has(Issuer) ? $"{Issuer} needs {Subject} or {ProviderSession}, and they need it"
        : null;
}
