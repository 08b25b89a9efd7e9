namespace AuthProxy.Jose;

/// <summary>One fetch of a key set.</summary>
/// <param name="Succeeded">Whether there is a new set; if not, the last good one is kept.</param>
/// <param name="Keys">How many keys are in use now.</param>
/// <param name="Skipped">Why keys of the set were left out.</param>
/// <param name="Withdrawn">Whether a key that was there before is gone.</param>
/// <param name="Why">The fault, when it failed.</param>
public sealed record KeySetRefresh(bool Succeeded, int Keys, IReadOnlyList<string> Skipped, bool Withdrawn, string? Why);
