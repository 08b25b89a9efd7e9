namespace AuthProxy.Jose;

/// <summary>Why a token was not believed.</summary>
public enum JwtFault
{
    /// <summary>It is not a JSON web token that we read.</summary>
    Malformed,

    /// <summary>Its algorithm is not accepted here.</summary>
    AlgorithmNotAllowed,

    /// <summary>No key of its issuer fits it.</summary>
    KeyUnknown,

    /// <summary>No key that fits it made its signature.</summary>
    SignatureInvalid,

    /// <summary>It is of another kind than the one asked for.</summary>
    TypeNotAccepted,

    /// <summary>Its issuer is not trusted here.</summary>
    IssuerNotTrusted,

    /// <summary>It is meant for somebody else.</summary>
    AudienceMismatch,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>It claims to have been issued in the future.</summary>
    IssuedInFuture,

    /// <summary>It lives longer than tokens may here.</summary>
    LifetimeTooLong,

    /// <summary>A claim that is asked for is missing.</summary>
    ClaimMissing,

    /// <summary>A claim is not of the form that its standard gives it.</summary>
    ClaimInvalid,
}
