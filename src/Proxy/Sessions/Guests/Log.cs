namespace AuthProxy.Proxy.Sessions.Guests;

internal static partial class Log
{
    [LoggerMessage(1680, LogLevel.Information, "What the guest of session {Guest} held is session {Sid}'s now")]
    public static partial void GuestAdopted(this ILogger log, string guest, string sid);

    [LoggerMessage(1681, LogLevel.Warning, "The Tokenizer could not be told that the guest of session {Guest} has logged in; the login was refused and can be tried again")]
    public static partial void GuestNotAdopted(this ILogger log, string guest);
}
