using System.Collections;
using System.Collections.Concurrent;

namespace AuthProxy.Sdk;

/// <summary>Where tokens are in values of a type: its marked properties, and those that lead on to others. Made once a type.</summary>
internal sealed class TokenShape
{
    private static readonly ConcurrentDictionary<Type, TokenShape> Shapes = new();

    private readonly IReadOnlyList<TokenMember> _members;

    private TokenShape(Type type) => _members = [.. TokenMember.Of(type)];

    /// <summary>Collects the marked tokens behind a value.</summary>
    public static void Find(object? value, FoundTokens found)
    {
        if (value is null || ElementTypes.IsPlain(value.GetType()) || !found.TryEnter(value))
        {
            return;
        }

        if (ElementTypes.Of(value.GetType()) is not null || value is IEnumerable)
        {
            FindEach(value, found);
        }
        else
        {
            Of(value.GetType()).FindIn(value, found);
        }

        found.Leave();
    }

    /// <summary>Collects from a value that is marked itself: a text, texts, or a map to texts.</summary>
    public static void Take(object? value, TokenAttribute mark, string where, FoundTokens found)
    {
        switch (value)
        {
            case null:
                return;
            case string token:
                found.Add(token, mark.GrantSeconds);
                return;
            case IEnumerable when ElementTypes.IsSettled(value):
                foreach (var one in ValuesOf(value))
                {
                    Take(one, mark, where, found);
                }

                return;
            default:
                throw new InvalidOperationException($"{where} is marked as a token, and is neither text nor a list or map of texts.");
        }
    }

    /// <summary>Whether what is declared as this type holds marked tokens, as far as the declaration tells.</summary>
    public static bool MayHold(Type type) => MayHold(type, []);

    private static TokenShape Of(Type type) => Shapes.GetOrAdd(type, made => new TokenShape(made));

    private static bool MayHold(Type type, HashSet<Type> seen)
    {
        if (ElementTypes.IsPlain(type) || !seen.Add(type))
        {
            return false;
        }

        return ElementTypes.Of(type) is { } element
            ? MayHold(element, seen)
            : Of(type)._members.Any(member => member.Mark is not null || MayHold(member.Type, seen));
    }

    private static void FindEach(object sequence, FoundTokens found)
    {
        if (!ElementTypes.IsSettled(sequence))
        {
            RefuseTokensIn(sequence.GetType());
            return;
        }

        foreach (var one in ValuesOf(sequence))
        {
            Find(one, found);
        }
    }

    private static IEnumerable ValuesOf(object sequence) => sequence is IDictionary map ? map.Values : (IEnumerable)sequence;

    private static void RefuseTokensIn(Type sequence)
    {
        var element = ElementTypes.Of(sequence) ?? typeof(object);
        if (!ElementTypes.IsPlain(element) && (!(element.IsSealed || element.IsValueType) || MayHold(element)))
        {
            throw new InvalidOperationException($"A sequence of {element.Name} is made anew each time it is read; give a list where tokens are looked for.");
        }
    }

    private void FindIn(object value, FoundTokens found)
    {
        foreach (var member in _members)
        {
            member.Find(value, found);
        }
    }
}
