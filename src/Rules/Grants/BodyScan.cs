using System.Text.Json;
using System.Text.Unicode;

namespace AuthProxy.Rules.Grants;

/// <summary>Walks a JSON body once, for all selectors together.</summary>
internal sealed class BodyScan(IReadOnlyList<TokenSelector> selectors, TokenList tokens)
{
    private const int MaximumDepth = 64;

    private readonly List<Container> _open = [];
    private int _depth;

    /// <summary>Null where every selected value is a token or null.</summary>
    public TokenSelection? Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            return Unreadable("the body is no UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaximumDepth });
            return Walk(ref reader);
        }
        catch (JsonException)
        {
            return Unreadable($"the body is no JSON, or nested deeper than {MaximumDepth} levels");
        }
        catch (InvalidOperationException)
        {
            // A string with half of a surrogate pair: readers disagree on what it says.
            return Unreadable("the body holds text that is no Unicode");
        }
    }

    private TokenSelection? Walk(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                if (!_open[_depth - 1].Enter(reader.GetString()!))
                {
                    return Unreadable("the body holds an object with a member twice");
                }

                continue;
            }

            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                _depth--;
                continue;
            }

            if (Value(ref reader) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private TokenSelection.NotAToken? Value(ref Utf8JsonReader reader)
    {
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        var opened = isContainer ? Open(reader.TokenType == JsonTokenType.StartObject) : null;
        var parent = _depth > (isContainer ? 1 : 0) ? _open[_depth - (isContainer ? 2 : 1)] : null;
        parent?.Advance();

        for (var i = 0; i < selectors.Count; i++)
        {
            var path = selectors[i].Path!;
            var states = parent is null ? JsonPath.Start : parent.StatesOfCurrent(path, i);
            if (path.Selects(states) && Take(ref reader, selectors[i]) is { } fault)
            {
                return fault;
            }

            if (opened is not null)
            {
                opened.States[i] = states;
            }
        }

        return null;
    }

    private TokenSelection.NotAToken? Take(ref Utf8JsonReader reader, TokenSelector selector) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String when tokens.TryAdd(reader.GetString()!) => null,
        _ => new TokenSelection.NotAToken(selector),
    };

    private Container Open(bool isObject)
    {
        if (_open.Count == _depth)
        {
            _open.Add(new Container(selectors.Count));
        }

        var container = _open[_depth++];
        container.Reset(isObject);
        return container;
    }

    private static TokenSelection.Unreadable Unreadable(string why) => new(TokenPlace.Body, why);

    /// <summary>An object or array that is being walked; reused at its depth.</summary>
    private sealed class Container(int selectors)
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private string? _name;
        private int _index;

        /// <summary>How far each selector's path has been walked here.</summary>
        public ulong[] States { get; } = new ulong[selectors];

        public void Reset(bool isObject)
        {
            _names.Clear();
            _name = isObject ? "" : null;
            _index = -1;
        }

        /// <summary>False where the member has been there before: two readers may take two different ones.</summary>
        public bool Enter(string member)
        {
            _name = member;
            return _names.Add(member);
        }

        public void Advance() => _index++;

        public ulong StatesOfCurrent(JsonPath path, int selector) =>
            _name is null ? path.OfElement(States[selector], _index) : path.OfMember(States[selector], _name);
    }
}
