namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// What happens to one session, at once and as a whole. All keys of a call lie in one bucket, whose prefix is the first argument; every
/// key is given a time to live, so that a store that nobody sweeps empties itself. Sizes are asked for before values are: whoever can
/// write the store can make a request fail, not our memory.
/// </summary>
internal static class SessionScripts
{
    /// <summary>No record of ours is larger.</summary>
    public const int MaximumRecord = 1024 * 1024;

    // The longest of: index records, wraps, public ids. Cookies of one session: a few for each host.
    private const string Common =
        """
        local P = ARGV[1]
        local function live(key, ttl) if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end end
        local function small(key, field) return redis.call('HSTRLEN', key, field) <= 1024 end
        local function whole(number) return string.format('%.0f', number) end

        """;

    private const string Leased = Common +
        """
        local fence = redis.call('HGET', KEYS[1], 'f')
        if not fence or fence ~= ARGV[2] then return 0 end

        """;

    private const string Describe =
        """
        local before = redis.call('HMGET', KEYS[1], 'u', 'p')
        redis.call('HSET', KEYS[1], 'i', index, 'u', subject, 'p', provider)
        redis.call('ZADD', P .. 'g', goneAfter, sid)
        local moved = before[1] ~= subject or before[2] ~= provider

        """;

    /// <summary>Session, tombstone, cookie. 1 where it was kept; 0 where it exists already or has ended.</summary>
    public static readonly RedisScript Create = new(Common +
        """
        local sid, record, index, subject, provider, goneAfter, ttl, cookie, host, wrap = unpack(ARGV, 2)
        ttl = tonumber(ttl)
        if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
        redis.call('HSET', KEYS[1], 'r', record, 'v', 0)
        """ + "\n" + Describe +
        """
        redis.call('HSET', KEYS[3], 's', sid, 'w', wrap)
        redis.call('RPUSH', P .. 'k:' .. sid, cookie .. ' ' .. host)
        redis.call('ZADD', P .. 'a', 0, sid)
        for _, key in ipairs({KEYS[1], KEYS[3], P .. 'k:' .. sid, P .. 'a', P .. 'g'}) do live(key, ttl) end
        return 1
        """);

    /// <summary>Cookie. Public id, wrap, record, index and revision; nothing of what is larger than any of ours.</summary>
    public static readonly RedisScript Find = new(Common +
        """
        if not small(KEYS[1], 's') or not small(KEYS[1], 'w') then return {} end
        local cookie = redis.call('HMGET', KEYS[1], 's', 'w')
        if not cookie[1] or not cookie[2] then return false end
        local session = P .. 's:' .. cookie[1]
        if redis.call('EXISTS', P .. 't:' .. cookie[1]) == 1 then return false end
        if redis.call('HSTRLEN', session, 'r') > tonumber(ARGV[2]) or not small(session, 'i') or not small(session, 'v') then return {} end
        local found = redis.call('HMGET', session, 'r', 'i', 'v')
        if not found[1] or not found[2] then return false end
        return {cookie[1], cookie[2], found[1], found[2], found[3] or '0'}
        """);

    /// <summary>Session. 2 where it is to be looked up under other keys now, 1 where not, 0 where it is gone.</summary>
    public static readonly RedisScript Touch = new(Common +
        """
        local sid, index, subject, provider, goneAfter, cookie, wrap = unpack(ARGV, 2)
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        """ + "\n" + Describe +
        """
        if cookie ~= '' and redis.call('EXISTS', P .. 'c:' .. cookie) == 1 then redis.call('HSET', P .. 'c:' .. cookie, 'w', wrap) end
        return moved and 2 or 1
        """);

    /// <summary>Session, cookie. 0 where the session is gone.</summary>
    public static readonly RedisScript AddCookie = new(Common +
        """
        local sid, cookie, host, wrap, most = unpack(ARGV, 2)
        local ttl = redis.call('PTTL', KEYS[1])
        if ttl < 0 then return 0 end
        local list = P .. 'k:' .. sid
        redis.call('HSET', KEYS[2], 's', sid, 'w', wrap)
        redis.call('RPUSH', list, cookie .. ' ' .. host)
        live(KEYS[2], ttl)
        live(list, ttl)
        local ofHost = {}
        for _, entry in ipairs(redis.call('LRANGE', list, -256, -1)) do
          if string.sub(entry, 45) == host then table.insert(ofHost, entry) end
        end
        for i = 1, #ofHost - tonumber(most) do
          redis.call('LREM', list, 1, ofHost[i])
          redis.call('DEL', P .. 'c:' .. string.sub(ofHost[i], 1, 43))
        end
        return 1
        """);

    /// <summary>
    /// Session, tombstone. Whether this call ended it, under which keys it was looked up, and how many replicas the server has.
    /// </summary>
    public static readonly RedisScript End = new(Common +
        """
        local sid, until_, now, ttl, tell = unpack(ARGV, 2)
        local known = redis.call('STRLEN', KEYS[2]) <= 32 and tonumber(redis.call('GET', KEYS[2])) or nil
        local last = math.max(known or 0, tonumber(until_))
        redis.call('SET', KEYS[2], whole(last), 'PX', math.max(tonumber(ttl), redis.call('PTTL', KEYS[2])))
        redis.call('ZADD', P .. 'x', whole(last), 't:' .. sid)
        live(P .. 'x', tonumber(ttl))
        for _, entry in ipairs(redis.call('LRANGE', P .. 'k:' .. sid, -256, -1)) do redis.call('DEL', P .. 'c:' .. string.sub(entry, 1, 43)) end
        local under = small(KEYS[1], 'u') and small(KEYS[1], 'p') and redis.call('HMGET', KEYS[1], 'u', 'p') or {}
        redis.call('DEL', KEYS[1], P .. 'k:' .. sid)
        redis.call('ZREM', P .. 'g', sid)
        redis.call('ZREM', P .. 'a', sid)
        if not known and tell == '1' then
          redis.call('ZADD', P .. 'd', now, sid)
          redis.call('HSET', P .. 'q', sid, until_ .. ' 0')
          live(P .. 'd', tonumber(ttl))
          live(P .. 'q', tonumber(ttl))
        end
        local told = redis.pcall('INFO', 'replication')
        local replicas = type(told) == 'string' and string.match(told, 'connected_slaves:(%d+)') or '0'
        return {known and 0 or 1, under[1] or '', under[2] or '', tonumber(replicas)}
        """);

    /// <summary>Tombstone. Written once more, so that what replicas have to confirm comes behind the end.</summary>
    public static readonly RedisScript Stress = new("return redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), 1000))");

    /// <summary>Tombstone.</summary>
    public static readonly RedisScript IsEnded = new("return redis.call('EXISTS', KEYS[1])");

    /// <summary>
    /// Session. A fence that is higher than every one before, also one that a failover has forgotten. It goes by the server's clock, in
    /// microseconds, and so does how long it is held: a holder whose own clock is slow would lose it at once, and one that is fast keep it.
    /// </summary>
    public static readonly RedisScript Lease = new(Common +
        """
        if redis.call('EXISTS', KEYS[1]) == 0 then return false end
        local held = redis.call('HMGET', KEYS[1], 'f', 'l')
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        if (tonumber(held[2]) or 0) > now / 1000 then return false end
        local fence = whole(math.max((tonumber(held[1]) or 0) + 1, now))
        redis.call('HSET', KEYS[1], 'f', fence, 'l', whole(now / 1000 + ARGV[2]))
        return fence
        """);

    /// <summary>Session. How long the lease holds from now on; 0 gives it back.</summary>
    public static readonly RedisScript Renew = new(Leased +
        """
        local time = redis.call('TIME')
        redis.call('HSET', KEYS[1], 'l', whole(math.floor(time[1] * 1000 + time[2] / 1000) + ARGV[3]))
        return 1
        """);

    /// <summary>Session. As <see cref="Touch"/>, with the record.</summary>
    public static readonly RedisScript Replace = new(Leased +
        """
        local sid, index, subject, provider, goneAfter, record = unpack(ARGV, 3)
        """ + "\n" + Describe +
        """
        redis.call('HSET', KEYS[1], 'r', record)
        redis.call('HINCRBY', KEYS[1], 'v', 1)
        return moved and 2 or 1
        """);
}
