using System.Text;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Whoever is calling, as far as all operations of our own interface need to know.</summary>
internal interface ICaller<TSelf>
{
    AuditedRequest Audited { get; }

    /// <summary>The same for all requests of one caller, and for no other's.</summary>
    byte[] Identity { get; }

    /// <summary>The caller of one of several things that are asked for in one request.</summary>
    TSelf Part();
}

/// <summary>A user in a session, as a gateway asserted it for one application.</summary>
/// <param name="Session">The session's hash: trust anchor and id.</param>
/// <param name="Subject">The subject's hash: issuer and name.</param>
/// <param name="SessionEnd">Nothing that is given to the session outlives this.</param>
/// <param name="Audited">What the audit says of the request.</param>
internal sealed record UserCaller(ApplicationSettings Application, byte[] Session, KeyedHash Subject, long SessionEnd, AuditedRequest Audited) : ICaller<UserCaller>
{
    public byte[] Identity => Session;

    public UserCaller Part() => this with { Audited = Audited.Part() };

    public SessionRecord ToRecord() => new(Session, Subject.Hash, SessionEnd);
}

/// <summary>Somebody without a browser: a proxy or an application's backend.</summary>
/// <param name="Name">The trust entry's name, for logs.</param>
/// <param name="Roles">Those of its roles that the credential it showed is for.</param>
/// <param name="Applications">On whose behalf it may speak.</param>
/// <param name="Audited">What the audit says of the request.</param>
internal sealed record ServiceCaller(string Name, TrustRoles Roles, IReadOnlyDictionary<string, ApplicationSettings> Applications, AuditedRequest Audited)
    : ICaller<ServiceCaller>
{
    public byte[] Identity => Encoding.UTF8.GetBytes(Name);

    public ServiceCaller Part() => this with { Audited = Audited.Part() };

    /// <param name="roles">Any of these may go on.</param>
    public Refused? RefusedUnless(TrustRoles roles) => (Roles & roles) != TrustRoles.None ? null
        : new Refused(TokenizerRefusals.CallerNotAllowed, $"trust entry {Name} called as {Roles}, and the route is for {roles}");
}
