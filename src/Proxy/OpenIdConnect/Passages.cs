using System.Globalization;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What goes from one of our endpoints to another through the browser.</summary>
/// <param name="Origin">Our host that it is for, or that asked for it.</param>
/// <param name="Binding">Hash of the browser's binding cookie there; empty where the browser has none yet.</param>
/// <param name="Journey">Where the browser goes then.</param>
/// <param name="Sid">The session that is handed over; of a login the guest's that was here when it began, where there was one.</param>
/// <param name="RecordKey">Its record's key.</param>
internal sealed record Passage(string Origin, string Binding, Journey Journey, string Sid = "", string RecordKey = "")
{
    public override string ToString() => nameof(Passage);
}

/// <summary>Seals and opens passages; one that was sealed for one use opens for no other.</summary>
internal sealed class Passages(TicketSealer sealer)
{
    /// <summary>The <c>state</c> of a login at the provider.</summary>
    public const string Login = "login";

    /// <summary>From a host of ours to the login host: this browser has no cookie here.</summary>
    public const string HandOff = "hand-off";

    /// <summary>The same in the course of a login, which must not begin another one.</summary>
    public const string VisitHandOff = "hand-off in a login";

    /// <summary>From a host of ours to the login host: this browser has no cookie here, and a guest's would do.</summary>
    public const string GuestHandOff = "guest hand-off";

    /// <summary>From the login host back: the session, for this host and browser.</summary>
    public const string Code = "hand-off code";

    /// <summary>From host to host in the course of a login: fetch a cookie too.</summary>
    public const string Visit = "visit";

    public (string Text, Ticket Ticket) Seal(string use, TimeSpan life, Passage passage) => sealer.Seal(
        use, life, passage.Origin, passage.Binding, passage.Journey.Destination, string.Join(' ', passage.Journey.Origins), passage.Journey.Demand.Provider,
        passage.Journey.Demand.Issuer, AcrOf(passage.Journey.Demand), AgeOf(passage.Journey.Demand), passage.Sid, passage.RecordKey);

    /// <summary>Null for what is not ours; what has expired opens all the same, for it still says where the browser wanted to go.</summary>
    public (Ticket Ticket, Passage Passage)? Open(string use, string? text)
    {
        if (text is null || sealer.Open(use, text) is not { Fields: [var origin, var binding, var destination, var origins, var provider, var issuer, var acr, var age, var sid, var recordKey] } ticket)
        {
            return null;
        }

        var journey = new Journey(origins.Split(' ', StringSplitOptions.RemoveEmptyEntries), destination, new LoginDemand(provider, issuer, AuthenticationOf(acr, age)));
        return (ticket, new Passage(origin, binding, journey, sid, recordKey));
    }

    private static string AcrOf(LoginDemand demand) => string.Join(' ', demand.Authentication?.AcrValues ?? []);

    private static string AgeOf(LoginDemand demand) => demand.Authentication?.MaximumAge is { } age ? age.Ticks.ToString(CultureInfo.InvariantCulture) : "";

    private static AuthenticationRequirement? AuthenticationOf(string acr, string age) => acr.Length == 0 && age.Length == 0
        ? null
        : new AuthenticationRequirement(acr.Split(' ', StringSplitOptions.RemoveEmptyEntries), age.Length == 0 ? null : TimeSpan.FromTicks(long.Parse(age, CultureInfo.InvariantCulture)));

    public byte[] DeriveSecret(Ticket ticket, string use, CookieSecret binding) => sealer.DeriveSecret(ticket, use, binding.Bytes);
}
