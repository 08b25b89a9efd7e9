namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>What is listed, swept and kept beside sessions; of one bucket, whose prefix is the first argument.</summary>
internal static class ListScripts
{
    private const string Common =
        """
        local P = ARGV[1]
        local function live(key, ttl) if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end end
        local function whole(number) return string.format('%.0f', number) end
        local function indexes(sids)
          local found = {}
          for _, sid in ipairs(sids) do
            local key = P .. 's:' .. sid
            local size = #sid <= 64 and redis.call('HSTRLEN', key, 'i') or 0
            if size == 0 then
              redis.call('ZREM', P .. 'g', sid)
              redis.call('ZREM', P .. 'a', sid)
            elseif size <= 1024 then
              table.insert(found, sid)
              table.insert(found, redis.call('HGET', key, 'i'))
            end
          end
          return found
        end

        """;

    /// <summary>Mark. 1 for the one who sets it.</summary>
    public static readonly RedisScript Mark = new(Common +
        """
        local name, now, until_, ttl = unpack(ARGV, 2)
        local known = redis.call('STRLEN', KEYS[1]) <= 32 and tonumber(redis.call('GET', KEYS[1])) or 0
        if known > tonumber(now) then return 0 end
        redis.call('SET', KEYS[1], until_, 'PX', ttl)
        redis.call('ZADD', P .. 'x', until_, 'm:' .. name)
        live(P .. 'x', tonumber(ttl))
        return 1
        """);

    /// <summary>Lookup key. Puts a session under it until the session's end.</summary>
    public static readonly RedisScript LookupAdd = new(Common +
        """
        local sid, endsAt, now, ttl = unpack(ARGV, 2)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('ZADD', KEYS[1], endsAt, sid)
        live(KEYS[1], tonumber(ttl))
        return 1
        """);

    /// <summary>Lookup key. Takes sessions off.</summary>
    public static readonly RedisScript LookupRemove = new("return redis.call('ZREM', KEYS[1], unpack(ARGV, 2))");

    /// <summary>Lookup key. Public ids, from a place on.</summary>
    public static readonly RedisScript LookupPage = new(
        """
        local found = {}
        for _, sid in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[2], ARGV[2] + ARGV[3] - 1)) do
          table.insert(found, #sid <= 64 and sid or '')
        end
        return found
        """);

    /// <summary>Anything of the bucket. For each public id: its index record, or whether it has ended ('+'), or neither ('').</summary>
    public static readonly RedisScript Indexes = new(
        """
        local found = {}
        for i = 2, #ARGV do
          local size = redis.call('HSTRLEN', ARGV[1] .. 's:' .. ARGV[i], 'i')
          if size > 0 and size <= 1024 then
            table.insert(found, redis.call('HGET', ARGV[1] .. 's:' .. ARGV[i], 'i'))
          else
            table.insert(found, redis.call('EXISTS', ARGV[1] .. 't:' .. ARGV[i]) == 1 and '+' or '')
          end
        end
        return found
        """);

    /// <summary>Public ids and index records of sessions that are over by themselves.</summary>
    public static readonly RedisScript Gone = new(Common + "return indexes(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3]))");

    /// <summary>The last public id looked at, then public ids and index records, in the order of ids.</summary>
    public static readonly RedisScript All = new(Common +
        """
        local sids = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
        local found = indexes(sids)
        table.insert(found, 1, #sids == tonumber(ARGV[3]) and string.sub(sids[#sids], 1, 64) or '')
        return found
        """);

    /// <summary>Anything of the bucket. Takes what can be no session of this bucket off its lists.</summary>
    public static readonly RedisScript Strike = new(Common +
        """
        for i = 2, #ARGV do
          for _, list in ipairs({'a', 'g', 'd'}) do redis.call('ZREM', P .. list, ARGV[i]) end
          redis.call('HDEL', P .. 'q', ARGV[i])
        end
        return 1
        """);

    /// <summary>Removes what need not be remembered any longer; how much that was.</summary>
    public static readonly RedisScript Sweep = new(Common +
        """
        local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
        for _, name in ipairs(over) do
          local kind, id = string.sub(name, 1, 2), string.sub(name, 3)
          if kind == 'n:' then
            redis.call('ZREMRANGEBYSCORE', P .. 'n', id, id)
          else
            redis.call('DEL', P .. name)
          end
          if kind == 't:' then
            redis.call('ZREM', P .. 'd', id)
            redis.call('HDEL', P .. 'q', id)
          end
          redis.call('ZREM', KEYS[1], name)
        end
        return #over
        """);

    /// <summary>Ends that are due to be sent: public id, until when, attempts.</summary>
    public static readonly RedisScript Undelivered = new(Common +
        """
        local found = {}
        for _, sid in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])) do
          local entry = redis.call('HSTRLEN', P .. 'q', sid) <= 64 and redis.call('HGET', P .. 'q', sid)
          local until_, attempts = string.match(entry or '', '^(%d+) (%d+)$')
          if until_ and #sid <= 64 then
            table.insert(found, sid)
            table.insert(found, until_)
            table.insert(found, attempts)
          else
            redis.call('ZREM', KEYS[1], sid)
            redis.call('HDEL', P .. 'q', sid)
          end
        end
        return found
        """);

    public static readonly RedisScript Acknowledge = new(
        """
        redis.call('HDEL', ARGV[1] .. 'q', ARGV[2])
        return redis.call('ZREM', KEYS[1], ARGV[2])
        """);

    public static readonly RedisScript Postpone = new(
        """
        local until_, attempts = string.match(redis.call('HGET', ARGV[1] .. 'q', ARGV[2]) or '', '^(%d+) (%d+)$')
        if not until_ then return 0 end
        redis.call('HSET', ARGV[1] .. 'q', ARGV[2], until_ .. ' ' .. (attempts + 1))
        return redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
        """);

    /// <summary>
    /// The feed of not-before marks. Numbers go by the server's clock, in microseconds, and only grow: also after a failover that has
    /// forgotten the last of them, no reader is behind its place. One that is repeated keeps its number. How many replicas the server has.
    /// </summary>
    public static readonly RedisScript AddNotBefore = new(Common +
        """
        local name, until_, ttl, record = unpack(ARGV, 2)
        local entry = name .. ' ' .. until_ .. ' ' .. record
        local told = redis.pcall('INFO', 'replication')
        local replicas = tonumber(type(told) == 'string' and string.match(told, 'connected_slaves:(%d+)') or '0')
        local time = redis.call('TIME')
        local number = whole(math.max((tonumber(redis.call('GET', P .. 'o')) or 0) + 1, time[1] * 1000000 + time[2]))
        redis.call('SET', P .. 'o', number, 'PX', math.max(tonumber(ttl), redis.call('PTTL', P .. 'o')))
        if redis.call('ZADD', KEYS[1], 'NX', number, entry) == 1 then redis.call('ZADD', P .. 'x', until_, 'n:' .. number) end
        live(KEYS[1], tonumber(ttl))
        live(P .. 'x', tonumber(ttl))
        return replicas
        """);

    /// <summary>The feed. Number and mark, in turn.</summary>
    public static readonly RedisScript NotBefore = new(
        """
        local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
        for i = 1, #found, 2 do
          found[i + 1] = string.format('%.0f', tonumber(found[i + 1]))
          if #found[i] > 256 then found[i] = '' end
        end
        return found
        """);
}
