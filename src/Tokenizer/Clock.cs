namespace AuthProxy.Tokenizer;

internal static class Clock
{
    /// <summary>Now, as the database writes times.</summary>
    public static long NowMilliseconds(this TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
