namespace AuthProxy.Tokenizer.Events;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Made a token for application {Application}")]
    public static partial void Tokenized(ILogger log, string application);

    [LoggerMessage(3002, LogLevel.Information, "Stored a value for application {Application}")]
    public static partial void Uploaded(ILogger log, string application);

    [LoggerMessage(3003, LogLevel.Information, "Allowed a detokenization for application {Application}")]
    public static partial void Detokenized(ILogger log, string application);

    [LoggerMessage(3004, LogLevel.Information, "Released a value for application {Application}")]
    public static partial void Downloaded(ILogger log, string application);

    [LoggerMessage(3005, LogLevel.Information, "Set a grant for {Caller} under application {Application}")]
    public static partial void GrantSet(ILogger log, string caller, string application);

    [LoggerMessage(3006, LogLevel.Information, "Ended a session for {Caller}")]
    public static partial void SessionEnded(ILogger log, string caller);

    [LoggerMessage(3007, LogLevel.Information, "Passed {Grants} grants and {Tokens} tokens of a guest over for {Caller}")]
    public static partial void SessionAdopted(ILogger log, string caller, int grants, int tokens);

    [LoggerMessage(3008, LogLevel.Information, "Signed a user in for application {Application}")]
    public static partial void SignedIn(ILogger log, string application);

    [LoggerMessage(3009, LogLevel.Information, "Deleted a token of application {Application}")]
    public static partial void Deleted(ILogger log, string application);

    [LoggerMessage(3012, LogLevel.Information, "Took {Grants} grants back for {Caller} under application {Application}")]
    public static partial void GrantsRevoked(ILogger log, string caller, string application, int grants);

    [LoggerMessage(3010, LogLevel.Information, "Refused as {Reason} on {Listener} {Route}: {Why}")]
    public static partial void Refused(ILogger log, string reason, string listener, string route, string why);

    [LoggerMessage(3011, LogLevel.Information, "The client left {Listener} {Route} before it was answered ({What})")]
    public static partial void Abandoned(ILogger log, string listener, string route, string what);

    [LoggerMessage(3020, LogLevel.Error, "Failed on {Listener} {Route}")]
    public static partial void Failed(ILogger log, string listener, string route, Exception fault);

    [LoggerMessage(3021, LogLevel.Warning, "Could not remove expired rows; the next round tries again")]
    public static partial void SweepFailed(ILogger log, Exception fault);

    [LoggerMessage(3022, LogLevel.Warning, "Could not read the keys of trust entry {Entry}, and go on with {Held} that are held: {Why}")]
    public static partial void KeysNotFetched(ILogger log, string entry, int held, string? why);

    [LoggerMessage(3023, LogLevel.Information, "Keys of trust entry {Entry} were withdrawn; {Held} are left")]
    public static partial void KeysWithdrawn(ILogger log, string entry, int held);

    [LoggerMessage(3030, LogLevel.Warning, "Made a new master key in {Folder}: whoever loses it loses every value")]
    public static partial void MasterKeyMade(ILogger log, string folder);
}
