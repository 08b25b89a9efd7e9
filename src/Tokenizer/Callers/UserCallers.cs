using AuthProxy.Tokenizer.Logins;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Finds out which user is calling. The vault's application has one scheme, and what the other scheme believes counts for nothing there.</summary>
internal sealed class UserCallers(Vaults vaults, AssertedUsers asserted, SignedInUsers signedIn)
{
    public ValueTask<Outcome<UserCaller>> IdentifyAsync(HttpContext context) =>
        vaults.At(context.Request.Host) is { Login: not null } application
            ? signedIn.IdentifyAsync(context, application)
            : asserted.IdentifyAsync(context);
}
