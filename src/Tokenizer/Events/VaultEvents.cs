using System.Diagnostics.Metrics;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Callers;

namespace AuthProxy.Tokenizer.Events;

/// <summary>
/// The one place that everything worth knowing passes: made tokens, released values, grants, ends and refusals. It gives them to log and
/// metrics. Neither ever sees a token, a value, a session id or a credential.
/// </summary>
internal sealed class VaultEvents
{
    public const string MeterName = "AuthProxy.Tokenizer";

    private readonly ILogger<VaultEvents> _log;
    private readonly Counter<long> _tokenized;
    private readonly Counter<long> _uploaded;
    private readonly Counter<long> _detokenized;
    private readonly Counter<long> _downloaded;
    private readonly Counter<long> _grantsSet;
    private readonly Counter<long> _grantsChecked;
    private readonly Counter<long> _sessionsEnded;
    private readonly Counter<long> _sessionsAdopted;
    private readonly Counter<long> _signedIn;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _swept;

    public VaultEvents(IMeterFactory meters, ILogger<VaultEvents> log)
    {
        _log = log;
        var meter = meters.Create(MeterName);
        _tokenized = meter.CreateCounter<long>("tokenizer.tokens.created", description: "Tokens made.");
        _uploaded = meter.CreateCounter<long>("tokenizer.values.stored", description: "Values stored.");
        _detokenized = meter.CreateCounter<long>("tokenizer.detokenizations", description: "Detokenizations allowed.");
        _downloaded = meter.CreateCounter<long>("tokenizer.values.released", description: "Values released as a whole.");
        _grantsSet = meter.CreateCounter<long>("tokenizer.grants.set", description: "Grants created or replaced.");
        _grantsChecked = meter.CreateCounter<long>("tokenizer.grants.checked", description: "Grants asked for, by answer.");
        _sessionsEnded = meter.CreateCounter<long>("tokenizer.sessions.ended", description: "Sessions ended.");
        _sessionsAdopted = meter.CreateCounter<long>("tokenizer.sessions.adopted", description: "Guests' sessions whose tokens and grants passed over to whoever logged in.");
        _signedIn = meter.CreateCounter<long>("tokenizer.logins", description: "Logins completed for applications that own their sessions.");
        _refused = meter.CreateCounter<long>("tokenizer.refusals", description: "Requests refused, by reason.");
        _swept = meter.CreateCounter<long>("tokenizer.rows.swept", description: "Expired rows and orphaned segments removed.");
    }

    public void Tokenized(UserCaller user)
    {
        _tokenized.Add(1, Application(user.Application.Name));
        Log.Tokenized(_log, user.Application.Name);
    }

    public void Uploaded(UserCaller user)
    {
        _uploaded.Add(1, Application(user.Application.Name));
        Log.Uploaded(_log, user.Application.Name);
    }

    public void Detokenized(UserCaller user)
    {
        _detokenized.Add(1, Application(user.Application.Name));
        Log.Detokenized(_log, user.Application.Name);
    }

    public void Downloaded(UserCaller user)
    {
        _downloaded.Add(1, Application(user.Application.Name));
        Log.Downloaded(_log, user.Application.Name);
    }

    public void GrantSet(ServiceCaller caller, string application)
    {
        _grantsSet.Add(1, Application(application));
        Log.GrantSet(_log, caller.Name, application);
    }

    public void GrantsChecked(string application, int valid, int invalid)
    {
        _grantsChecked.Add(valid, Application(application), new("valid", true));
        _grantsChecked.Add(invalid, Application(application), new("valid", false));
    }

    public void SessionEnded(ServiceCaller caller)
    {
        _sessionsEnded.Add(1);
        Log.SessionEnded(_log, caller.Name);
    }

    public void SessionAdopted(ServiceCaller caller, int grants, int tokens)
    {
        _sessionsAdopted.Add(1);
        Log.SessionAdopted(_log, caller.Name, grants, tokens);
    }

    public void SignedIn(string application)
    {
        _signedIn.Add(1, Application(application));
        Log.SignedIn(_log, application);
    }

    public void Refused(string listener, string route, Refused refused)
    {
        _refused.Add(1, new("reason", refused.Refusal.Reason), new("listener", listener));
        Log.Refused(_log, refused.Refusal.Reason, listener, route, refused.Why);
    }

    public void KeysFetched(string entry, KeySetRefresh refresh)
    {
        if (!refresh.Succeeded)
        {
            Log.KeysNotFetched(_log, entry, refresh.Keys, refresh.Why);
        }
        else if (refresh.Withdrawn)
        {
            Log.KeysWithdrawn(_log, entry, refresh.Keys);
        }
    }

    public void Abandoned(string listener, string route, string what) => Log.Abandoned(_log, listener, route, what);

    public void Failed(string listener, string route, Exception fault) => Log.Failed(_log, listener, route, fault);

    public void Swept(int rows) => _swept.Add(rows);

    public void SweepFailed(Exception fault) => Log.SweepFailed(_log, fault);

    private static KeyValuePair<string, object?> Application(string name) => new("application", name);
}
