using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Http;

/// <summary>What a client may know of an exception.</summary>
internal static class Faults
{
    public static Refused ToRefused(Exception fault) => fault switch
    {
        AuditUnavailableException => new(TokenizerRefusals.AuditUnavailable, fault.Message),
        StoreUnavailableException => new(TokenizerRefusals.StoreUnavailable, fault.Message),
        DamagedValueException or DamagedRowException => new(TokenizerRefusals.ValueDamaged, fault.Message),
        UploadGivenUpException => new(TokenizerRefusals.UploadInterrupted, fault.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(TokenizerRefusals.BodyTooLarge, "the body is longer than is allowed here"),
        BadHttpRequestException bad => new(TokenizerRefusals.BodyInvalid, bad.Message),
        _ => new(TokenizerRefusals.InternalFault, fault.GetType().Name),
    };
}
