namespace AuthProxy.Proxy.Mutation.Assertion;

/// <summary>What an assertion says besides who is asking. Rules of one revision that say the same share one, and with it the cached assertions.</summary>
/// <param name="audience">For whom.</param>
/// <param name="claims">Which of the subject's claims.</param>
/// <param name="revision">The rule set it belongs to.</param>
internal sealed class AssertionProfile(string audience, IReadOnlyList<string> claims, long revision)
{
    public string Audience { get; } = audience;

    public IReadOnlyList<string> Claims { get; } = claims;

    public long Revision { get; } = revision;
}

/// <summary>The profiles of the rule set that is being prepared.</summary>
internal sealed class AssertionProfiles
{
    private readonly Dictionary<(string Audience, string Claims), AssertionProfile> _profiles = [];
    private readonly Lock _gate = new();
    private long _current;

    public AssertionProfile For(string audience, IReadOnlyList<string> claims, long revision)
    {
        lock (_gate)
        {
            if (_current != revision)
            {
                _profiles.Clear();
                _current = revision;
            }

            var key = (audience, string.Join('\n', claims));
            if (!_profiles.TryGetValue(key, out var profile))
            {
                _profiles.Add(key, profile = new AssertionProfile(audience, claims, revision));
            }

            return profile;
        }
    }
}
