namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Lets a bounded number of requests of one kind go to a provider at once, so that a flood of one kind leaves the others alone.</summary>
/// <param name="places">How many at once.</param>
/// <param name="patience">How long the next one waits for a place.</param>
internal sealed class Turnstile(int places, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>Runs <paramref name="request"/> when there is a place; <paramref name="full"/> where there is none in time.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> request, T full, CancellationToken cancellation)
    {
        if (!await _places.WaitAsync(patience, cancellation))
        {
            return full;
        }

        try
        {
            return await request();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
