using AuthProxy.Jose;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>
/// Gives rules that believe the same tokens the same trust, over reloads too: a thousand rules remember a token once. What no
/// rule uses any longer is let go with the rules.
/// </summary>
internal sealed class JwtTrusts(KeySets keySets, BearerSessions sessions, BearerEndings endings, TimeProvider time)
{
    private readonly Dictionary<string, WeakReference<JwtTrust>> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly JwtVerifier _verifier = new(time);

    public JwtTrust For(JwtSettings settings, RuleForm form)
    {
        lock (_gate)
        {
            var key = $"{form}\n{settings.Identity}";
            if (_known.TryGetValue(key, out var reference) && reference.TryGetTarget(out var trust))
            {
                return trust;
            }

            foreach (var gone in _known.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
            {
                _known.Remove(gone);
            }

            var keys = new PatientKeySource(keySets.For(settings.JwksUrls, settings.JwksLifetime, settings.TakesSecrets, ForgetAll), settings.JwksPatience, time);
            trust = new JwtTrust(settings, form, keys, _verifier, sessions, endings, time);
            _known[key] = new WeakReference<JwtTrust>(trust);
            return trust;
        }
    }

    // A withdrawn key may have signed any of the tokens that are remembered; verifying them again is cheap and rare.
    private void ForgetAll()
    {
        lock (_gate)
        {
            foreach (var reference in _known.Values)
            {
                if (reference.TryGetTarget(out var trust))
                {
                    trust.Forget();
                }
            }
        }
    }
}
