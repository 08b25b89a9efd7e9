using System.Diagnostics.Metrics;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Events;

/// <summary>
/// The one place that everything worth knowing passes: made tokens, released values, grants, ends and refusals. It gives them to audit, log and
/// metrics. None of them ever sees a token, a value, a session id or a credential.
/// </summary>
/// <remarks>
/// What returns a task completes when the audit's line is on the disk. Nothing that it is about is answered before; where it throws
/// <see cref="AuditUnavailableException"/>, nothing is.
/// </remarks>
internal sealed partial class VaultEvents
{
    public const string MeterName = "AuthProxy.Tokenizer";

    private readonly AuditWriter _audit;
    private readonly RefusalTally _strangers;
    private readonly LookupKeys _keys;
    private readonly ILogger<VaultEvents> _log;
    private readonly Counter<long> _tokenized;
    private readonly Counter<long> _uploaded;
    private readonly Counter<long> _detokenized;
    private readonly Counter<long> _downloaded;
    private readonly Counter<long> _metadataRead;
    private readonly Counter<long> _grantsSet;
    private readonly Counter<long> _grantsChecked;
    private readonly Counter<long> _sessionsEnded;
    private readonly Counter<long> _sessionsAdopted;
    private readonly Counter<long> _signedIn;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _deleted;
    private readonly Counter<long> _bound;
    private readonly Counter<long> _grantsRevoked;
    private readonly Counter<long> _swept;

    public VaultEvents(
        AuditWriter audit, RefusalTally strangers, LookupKeys keys, IMeterFactory meters, ILogger<VaultEvents> log)
    {
        (_audit, _strangers, _keys, _log) = (audit, strangers, keys, log);
        var meter = meters.Create(MeterName);
        _tokenized = meter.CreateCounter<long>("tokenizer.tokens.created", description: "Tokens made.");
        _uploaded = meter.CreateCounter<long>("tokenizer.values.stored", description: "Values stored.");
        _detokenized = meter.CreateCounter<long>("tokenizer.detokenizations", description: "Detokenizations allowed.");
        _downloaded = meter.CreateCounter<long>("tokenizer.values.released", description: "Values released as a whole.");
        _metadataRead = meter.CreateCounter<long>("tokenizer.metadata.read", description: "Metadata of tokens given out.");
        _grantsSet = meter.CreateCounter<long>("tokenizer.grants.set", description: "Grants created or replaced.");
        _grantsChecked = meter.CreateCounter<long>("tokenizer.grants.checked", description: "Grants asked for, by answer.");
        _sessionsEnded = meter.CreateCounter<long>("tokenizer.sessions.ended", description: "Sessions ended.");
        _sessionsAdopted = meter.CreateCounter<long>("tokenizer.sessions.adopted", description: "Guests' sessions whose tokens and grants passed over to whoever logged in.");
        _signedIn = meter.CreateCounter<long>("tokenizer.logins", description: "Logins completed for applications that own their sessions.");
        _refused = meter.CreateCounter<long>("tokenizer.refusals", description: "Requests refused, by reason.");
        _deleted = meter.CreateCounter<long>("tokenizer.tokens.deleted", description: "Tokens deleted on request.");
        _bound = meter.CreateCounter<long>("tokenizer.tokens.bound", description: "Tokens that were bound to a record.");
        _grantsRevoked = meter.CreateCounter<long>("tokenizer.grants.revoked", description: "Grants taken back on request.");
        _swept = meter.CreateCounter<long>("tokenizer.rows.swept", description: "Expired rows and orphaned segments removed.");
    }

    public async Task TokenizedAsync(UserCaller user, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.Tokenize, user.Audited, cancellation);
        _tokenized.Add(1, Application(user.Application.Name));
        Log.Tokenized(_log, user.Application.Name);
    }

    public async Task UploadedAsync(UserCaller user, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.Upload, user.Audited, cancellation);
        _uploaded.Add(1, Application(user.Application.Name));
        Log.Uploaded(_log, user.Application.Name);
    }

    public async Task DetokenizedAsync(UserCaller user, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.Detokenize, user.Audited, cancellation);
        _detokenized.Add(1, Application(user.Application.Name));
        Log.Detokenized(_log, user.Application.Name);
    }

    /// <summary>Before the first byte of the value leaves.</summary>
    public Task ReleasingAsync(UserCaller user, CancellationToken cancellation) => AuditAsync(AuditAction.Download, user.Audited, cancellation);

    /// <summary>After the last one has left.</summary>
    public void Released(UserCaller user)
    {
        _downloaded.Add(1, Application(user.Application.Name));
        Log.Downloaded(_log, user.Application.Name);
    }

    public async Task MetadataReadAsync(UserCaller user, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.ReadMetadata, user.Audited, cancellation);
        _metadataRead.Add(1, Application(user.Application.Name));
    }

    public async Task GrantSetAsync(ServiceCaller caller, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.SetGrant, caller.Audited, cancellation);
        _grantsSet.Add(1, Application(application));
        Log.GrantSet(_log, caller.Name, application);
    }

    /// <summary>What a session may is no news; a token that it may not use is, one line each.</summary>
    public async Task GrantsCheckedAsync(
        ServiceCaller caller, string application, IReadOnlyList<DataToken?> tokens, IReadOnlyList<GrantAnswer> answers, CancellationToken cancellation)
    {
        var refused = tokens.Zip(answers).Where(pair => !pair.Second.IsValid).ToArray();
        await Task.WhenAll(refused.Select(pair => _audit.WriteAsync(
            new AuditEvent(AuditAction.CheckGrant, caller.Audited, pair.Second.Reason, caller.Audited.Session, HashOf(pair.First)), cancellation)));
        _grantsChecked.Add(answers.Count - refused.Length, Application(application), new("valid", true));
        _grantsChecked.Add(refused.Length, Application(application), new("valid", false));
    }

    public async Task SessionEndedAsync(ServiceCaller caller, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.EndSession, caller.Audited, cancellation);
        _sessionsEnded.Add(1);
        Log.SessionEnded(_log, caller.Name);
    }

    /// <param name="caller">Its request is about the session that adopts.</param>
    /// <param name="guest">The hash of the guest's session, which has ended with it.</param>
    public async Task SessionAdoptedAsync(ServiceCaller caller, byte[] guest, int grants, int tokens, CancellationToken cancellation)
    {
        await Task.WhenAll(
            AuditAsync(AuditAction.AdoptSession, caller.Audited, cancellation),
            _audit.WriteAsync(new AuditEvent(AuditAction.EndSession, caller.Audited, null, guest), cancellation));
        _sessionsAdopted.Add(1);
        Log.SessionAdopted(_log, caller.Name, grants, tokens);
    }

    public async Task SignedInAsync(AuditedRequest request, string application, CancellationToken cancellation)
    {
        await AuditAsync(AuditAction.SignIn, request, cancellation);
        _signedIn.Add(1, Application(application));
        Log.SignedIn(_log, application);
    }

    /// <param name="request">Null where nobody knows who asked: such refusals are counted, and nobody waits for the count to be written.</param>
    public async Task RefusedAsync(
        string listener, string route, AuditAction action, AuditedRequest? request, Refused refused, CancellationToken cancellation)
    {
        _refused.Add(1, new("reason", refused.Refusal.Reason), new("listener", listener));
        Log.Refused(_log, refused.Refusal.Reason, listener, route, refused.Why);
        if (refused.Refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            // No decision about anybody; and where the audit is what is missing it could not be written either.
            return;
        }

        if (request is null)
        {
            _strangers.Add(action, refused.Refusal.Reason);
            return;
        }

        await _audit.WriteAsync(new AuditEvent(action, request, refused.Refusal.Reason, request.Session, HashOf(request.Token)), cancellation);
    }

    /// <summary>The same, where an answer follows.</summary>
    /// <returns>The refusal that may be told: another one where this one cannot be written down.</returns>
    public async Task<Refused> NoteRefusalAsync(
        string listener, string route, AuditAction action, AuditedRequest? request, Refused refused, CancellationToken cancellation)
    {
        try
        {
            await RefusedAsync(listener, route, action, request, refused, cancellation);
            return refused;
        }
        catch (AuditUnavailableException fault)
        {
            var unavailable = new Refused(TokenizerRefusals.AuditUnavailable, fault.Message);
            await RefusedAsync(listener, route, action, request, unavailable, cancellation);
            return unavailable;
        }
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

    private Task AuditAsync(AuditAction action, AuditedRequest request, CancellationToken cancellation) =>
        _audit.WriteAsync(new AuditEvent(action, request, null, request.Session, HashOf(request.Token)), cancellation);

    private byte[]? HashOf(DataToken? token) => token is null ? null : _keys.ForNew(token).Hash;

    private static KeyValuePair<string, object?> Application(string name) => new("application", name);
}
