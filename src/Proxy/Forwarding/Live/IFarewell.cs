namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>How a stream is ended so that whoever reads it understands. Where there is no such way it is simply cut.</summary>
internal interface IFarewell
{
    /// <summary>Ends what the client reads, in the form of its protocol. False where that could not be done in time.</summary>
    Task<bool> SayAsync(CancellationToken cancellation);

    /// <summary>Once nothing is forwarded any longer: gives the client a moment to read it before the connection goes.</summary>
    Task LingerAsync(CancellationToken cancellation);
}
