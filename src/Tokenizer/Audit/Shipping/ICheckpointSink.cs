using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Shipping;

/// <summary>A place off this machine that checkpoints go to. It may be given one twice.</summary>
internal interface ICheckpointSink
{
    /// <summary>Completes when the checkpoint is there for good.</summary>
    /// <exception cref="CheckpointNotShippedException">It is not, or nobody knows.</exception>
    Task ShipAsync(StoredCheckpoint checkpoint, CancellationToken cancellation);
}

internal sealed class CheckpointNotShippedException(string message, Exception? inner = null) : Exception(message, inner);
