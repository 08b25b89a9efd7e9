namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>What becomes of a change that is made twice, because nobody knows whether the first time counted.</summary>
internal enum Repeating
{
    /// <summary>It is as if it were made once.</summary>
    IsHarmless,

    /// <summary>Something that happens once would happen twice, or its answer would be another: the caller must decide.</summary>
    IsWrong,
}
