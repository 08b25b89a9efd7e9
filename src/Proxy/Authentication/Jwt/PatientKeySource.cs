using AuthProxy.Jose;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Waits for keys that are not there yet, but not for long: their fetch goes on, and later requests find what it brought.</summary>
internal sealed class PatientKeySource(IKeySource keys, TimeSpan patience, TimeProvider time) : IKeySource
{
    private readonly KeyLookup.Unavailable _late = new("the keys did not arrive in time; their fetch goes on");

    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation)
    {
        var lookup = keys.FindAsync(keyId, algorithm, cancellation);
        return lookup.IsCompleted ? lookup : WaitAsync(lookup.AsTask(), cancellation);
    }

    private async ValueTask<KeyLookup> WaitAsync(Task<KeyLookup> lookup, CancellationToken cancellation)
    {
        try
        {
            return await lookup.WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return _late;
        }
    }
}
