namespace AuthProxy.Hosting;

/// <summary>How a service or command ended, for scripts and Kubernetes.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something failed that no other code names.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The configuration has faults; they were printed, one a line.</summary>
    public const int Configuration = 3;

    /// <summary>A listener's address could not be bound.</summary>
    public const int Address = 4;

    /// <summary>A store, key or other part that the start needs is not there.</summary>
    public const int Unavailable = 5;
}
