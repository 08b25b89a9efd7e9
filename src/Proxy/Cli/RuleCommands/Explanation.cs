using System.Text.Json;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>What would become of one request, for people and for programs. What opens a door is never shown.</summary>
/// <param name="Url">The address as written.</param>
/// <param name="Request">The request.</param>
/// <param name="Candidates">The rules that it could have been for.</param>
/// <param name="Played">What became of it.</param>
internal sealed record Explanation(string Url, RuleTestRequest Request, IReadOnlyList<RuleCandidate> Candidates, Played Played)
{
    public Decision Decision =>
        Played.Script.Unanswered.Count > 0 || Played.Status == 0 ? Decision.Unknown
        : Played.Script.Passed is not null ? Decision.Allow
        : Played.Location is not null ? Decision.Redirect
        : Decision.Deny;

    private IReadOnlyList<string> Captures => Played.Captures.TryReadAll(out var captures) ? captures : [];

    private string Word => Decision switch
    {
        Decision.Allow => "allow",
        Decision.Redirect => "redirect",
        Decision.Deny => "deny",
        _ => "unknown",
    };

    /// <summary>Steps that stand for a stage; how the answer looks is said elsewhere.</summary>
    private IEnumerable<TraceStep> Steps => Played.Steps.Count > 0 || Played.Script.Refusal is null
        ? Played.Steps.Where(step => step.Stage != TraceStage.Answer)
        : [new TraceStep(TraceStage.Target, "request", TraceVerdict.Refused, Played.Script.Why)];

    public void WriteText(TextWriter output)
    {
        output.WriteLine($"{Request.Method} {Url}{(Request.As is { } subject ? $" as {subject.Subject}" : "")}");
        WriteSection(output, "candidates", Candidates.Select(candidate => $"{(candidate.Matches ? "match" : "no   ")}  {candidate.Rule.Id} {candidate.Why}"));
        WriteSection(output, "captures", Captures);
        WriteSection(output, "stages", Steps.Select(step => $"{Played.Word(step.Stage),-12}  {step.Part}: {Verdict(step.Verdict)}{(step.Why is null ? "" : $", {step.Why}")}"));
        WriteSection(output, "not asked", Played.Script.Unanswered);
        if (Played.Script.Passed is { } upstream)
        {
            WriteSection(output, "upstream", upstream.Headers.Select(header => $"{header.Key}: {Redaction.Of(header.Key, header.Value)}").Prepend(upstream.Address ?? "(forwarded nowhere)"));
        }

        output.WriteLine();
        output.WriteLine(Decision switch
        {
            Decision.Allow => "decision: allow",
            Decision.Unknown => "decision: unknown; it is up to those who were not asked",
            Decision.Redirect => $"decision: redirect to {Played.Location} ({Played.Answer})",
            _ => $"decision: deny ({Played.Answer})",
        });
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("method"u8, Request.Method);
        json.WriteString("target"u8, Url);
        json.WriteTexts("matches", Candidates.Where(IsFound).Select(candidate => candidate.Rule.Id));
        WriteCandidates(json);
        json.WriteTexts("captures", Captures);
        WriteStages(json);
        json.WriteTexts("not_asked", Played.Script.Unanswered);
        json.WriteString("decision"u8, Word);
        if (Decision == Decision.Unknown)
        {
            json.WriteNull("status"u8);
            json.WriteNull("reason"u8);
        }
        else
        {
            json.WriteNumber("status"u8, Played.Status);
            json.WriteString("reason"u8, Played.Reason);
        }

        json.WriteString("location"u8, Decision == Decision.Redirect ? Played.Location : null);
        WriteUpstream(json);
    }

    // In our form the most specific rule is the only one that is found; in Oathkeeper's every one that matches is.
    private static bool IsFound(RuleCandidate candidate) => candidate.Rule.Form == RuleForm.AuthProxy ? candidate.Decides : candidate.Matches;

    private static void WriteSection(TextWriter output, string name, IEnumerable<string> lines)
    {
        var isFirst = true;
        foreach (var line in lines)
        {
            if (isFirst)
            {
                output.WriteLine();
                output.WriteLine(name);
                isFirst = false;
            }

            output.WriteLine($"  {line}");
        }
    }

    private static string Verdict(TraceVerdict verdict) => verdict switch
    {
        TraceVerdict.Passed => "passed",
        TraceVerdict.NotMine => "not_mine",
        _ => "refused",
    };

    private void WriteCandidates(Utf8JsonWriter json)
    {
        json.WriteStartArray("candidates"u8);
        foreach (var candidate in Candidates)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, candidate.Rule.Id);
            json.WriteBoolean("matched"u8, candidate.Matches);
            json.WriteBoolean("decides"u8, candidate.Decides);
            json.WriteString("why"u8, candidate.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteStages(Utf8JsonWriter json)
    {
        json.WriteStartArray("stages"u8);
        foreach (var step in Steps)
        {
            json.WriteStartObject();
            json.WriteString("stage"u8, Played.Word(step.Stage));
            json.WriteString("part"u8, step.Part);
            json.WriteString("verdict"u8, Verdict(step.Verdict));
            json.WriteString("why"u8, step.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteUpstream(Utf8JsonWriter json)
    {
        if (Played.Script.Passed is not { } upstream)
        {
            json.WriteNull("upstream"u8);
            return;
        }

        json.WriteStartObject("upstream"u8);
        json.WriteString("url"u8, upstream.Address);
        json.WriteStartObject("headers"u8);
        foreach (var (name, value) in upstream.Headers)
        {
            json.WriteString(name, Redaction.Of(name, value));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>What would become of a request.</summary>
internal enum Decision
{
    Allow,
    Deny,

    /// <summary>The client is sent elsewhere: to log in, or where the rule says.</summary>
    Redirect,

    /// <summary>Somebody decides who is not asked here.</summary>
    Unknown,
}
