using System.Reflection;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Keys;

/// <summary>A store whose caller's process ends before one of its calls.</summary>
public class BreakingStore : DispatchProxy
{
    private ITokenStore _store = null!;
    private int _calls;

    internal static ITokenStore Over(ITokenStore store, int calls)
    {
        var proxy = Create<ITokenStore, BreakingStore>();
        var breaking = (BreakingStore)(object)proxy;
        (breaking._store, breaking._calls) = (store, calls);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        --_calls == 0 ? throw new ProcessEndedException() : targetMethod!.Invoke(_store, args);
}

public sealed class ProcessEndedException : Exception;
