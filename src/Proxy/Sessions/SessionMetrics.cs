using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.Sessions.Outage;

namespace AuthProxy.Proxy.Sessions;

/// <summary>What becomes of sessions and logins, in figures.</summary>
internal sealed class SessionMetrics : IDisposable
{
    private readonly Meter _meter = new(ProxyMetrics.MeterName);
    private readonly Counter<long> _began;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _logins;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _adoptions;
    private readonly Counter<long> _servedAsItWas;

    public SessionMetrics()
    {
        _began = _meter.CreateCounter<long>("authproxy.sessions.begun", "{session}", "Sessions that began, by kind: of a login or of a guest.");
        _ended = _meter.CreateCounter<long>("authproxy.sessions.ended", "{session}", "Sessions that ended, by reason.");
        _logins = _meter.CreateCounter<long>("authproxy.logins", "{login}", "Logins that came back from the provider, by outcome.");
        _deliveries = _meter.CreateCounter<long>("authproxy.session_ends.delivered", "{attempt}", "Attempts to tell the Tokenizer of an end, by outcome.");
        _adoptions = _meter.CreateCounter<long>("authproxy.guests.adopted", "{attempt}", "Logins of guests told to the Tokenizer, by outcome.");
        _servedAsItWas = _meter.CreateCounter<long>(
            "authproxy.sessions.served_in_outage", "{request}", "Requests served with a session as it was, because the store could not be asked.");
    }

    public void Began(bool guest) => _began.Add(1, new KeyValuePair<string, object?>("kind", guest ? "guest" : "login"));

    public void Ended(SessionEndReason reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", NameOf(reason)));

    /// <param name="outcome">One of a few fixed words.</param>
    public void LoginReturned(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void EndSent(bool acknowledged) =>
        _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", acknowledged ? "acknowledged" : "failed"));

    public void GuestAdopted(bool acknowledged) =>
        _adoptions.Add(1, new KeyValuePair<string, object?>("outcome", acknowledged ? "acknowledged" : "failed"));

    public void ServedAsItWas() => _servedAsItWas.Add(1);

    /// <summary>Shows the mode that sessions are in.</summary>
    public void Show(Func<SessionMode> mode) => _meter.CreateObservableGauge(
        "authproxy.sessions.mode",
        () => SessionModes.All.Select(one => new Measurement<int>(one == mode() ? 1 : 0, new KeyValuePair<string, object?>("mode", one.Name()))),
        description: "1 for the mode that sessions are in: confirmed, unconfirmed or outage.");

    /// <summary>Shows what local copies take.</summary>
    public void Show(OpenedSessions opened)
    {
        _meter.CreateObservableGauge("authproxy.sessions.copies", () => opened.Count, "{session}", "Local copies of sessions.");
        _meter.CreateObservableGauge("authproxy.sessions.copies.bytes", () => opened.Bytes, "By", "What local copies of sessions take, about.");
    }

    public void Dispose() => _meter.Dispose();

    private static string NameOf(SessionEndReason reason) => reason switch
    {
        SessionEndReason.Logout => "logout",
        SessionEndReason.Replaced => "replaced",
        SessionEndReason.Expired => "expired",
        SessionEndReason.RefreshRefused => "refresh-refused",
        SessionEndReason.TokensEnded => "tokens-ended",
        SessionEndReason.TokensLost => "tokens-lost",
        SessionEndReason.Provider => "provider",
        SessionEndReason.Bearer => "bearer",
        SessionEndReason.Overtaken => "overtaken",
        _ => "operator",
    };
}
