using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions of objects. What a template made is changed in place; of what the request brought a changed copy is given.</summary>
internal static class ObjectFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("dict", "names-and-values…", "an object of them", Make),
        new("get", "object name", "a member, the empty text where there is none", call => call.Map(0).TryGet(call.Text(1), out var value) ? value : ""),
        new("set", "object name value", "the object with the member", Set),
        new("unset", "object name", "the object without the member", Unset),
        new("hasKey", "object name", "whether there is that member", call => call.Map(0).TryGet(call.Text(1), out _)),
        new("keys", "objects…", "the names of all members, sorted", call => GoList.Texts([.. Maps(call, 0).SelectMany(map => map.Names)])),
        new("values", "object", "the values of all members, in the order of their names", call => new GoList([.. call.Map(0).Names.Select(call.Map(0).Get)])),
        new("pluck", "name objects…", "that member of every object that has it", Pluck),
        new("pick", "object names…", "an object of these members only", call => Filtered(call, Names(call).Contains)),
        new("omit", "object names…", "an object without these members", call => Filtered(call, name => !Names(call).Contains(name))),
        new("merge", "object others…", "the object with what it lacks, or has empty, from the others", call => Merge(call, overwrites: false)),
        new("mustMerge", "object others…", "as merge", call => Merge(call, overwrites: false)),
        new("mergeOverwrite", "object others…", "the object with what the others have", call => Merge(call, overwrites: true)),
        new("mustMergeOverwrite", "object others…", "as mergeOverwrite", call => Merge(call, overwrites: true)),
        new("dig", "name names… default object", "a member of a member, the default where there is none", Dig),
        new("deepCopy", "value", "a copy of all of it", call => Copy(call[0], call.Scope, 0)),
        new("mustDeepCopy", "value", "as deepCopy", call => Copy(call[0], call.Scope, 0)),
    ];

    private static GoDictionary Make(FunctionCall call)
    {
        var made = new GoDictionary();
        for (var i = 0; i < call.Count; i += 2)
        {
            made.Set(call.Print(call[i]), i + 1 < call.Count ? call[i + 1] : "");
        }

        return made;
    }

    private static GoDictionary OwnOf(FunctionCall call, int index)
    {
        var map = call.Map(index);
        return map as GoDictionary ?? (call.AllowsItems(map.Count) ? map.Copy() : new GoDictionary());
    }

    private static GoDictionary Set(FunctionCall call)
    {
        var map = OwnOf(call, 0);
        if (call.AllowsItems(map.Count + 1 - TemplateLimits.ListLength > 0 ? map.Count : 1))
        {
            map.Set(call.Text(1), call[2]);
        }

        return map;
    }

    private static GoDictionary Unset(FunctionCall call)
    {
        var map = OwnOf(call, 0);
        map.Remove(call.Text(1));
        return map;
    }

    private static IEnumerable<GoMap> Maps(FunctionCall call, int from) => Enumerable.Range(from, call.Count - from).Select(index => call.Map(index));

    private static HashSet<string> Names(FunctionCall call) => [.. Enumerable.Range(1, call.Count - 1).Select(index => call.Text(index))];

    private static GoList Pluck(FunctionCall call)
    {
        var name = call.Text(0);
        return new GoList([.. Maps(call, 1).Where(map => map.TryGet(name, out _)).Select(map => map.Get(name))]);
    }

    private static GoDictionary Filtered(FunctionCall call, Func<string, bool> takes)
    {
        var map = call.Map(0);
        var filtered = new GoDictionary();
        foreach (var name in map.Names.Where(takes))
        {
            filtered.Set(name, map.Get(name));
        }

        return filtered;
    }

    private static GoDictionary Merge(FunctionCall call, bool overwrites)
    {
        var merged = OwnOf(call, 0);
        foreach (var other in Maps(call, 1))
        {
            MergeInto(merged, other, overwrites, call.Scope, 0);
        }

        return merged;
    }

    private static void MergeInto(GoDictionary merged, GoMap other, bool overwrites, RenderScope scope, int depth)
    {
        foreach (var name in other.Names)
        {
            if (!scope.MayGoOn(0, depth))
            {
                return;
            }

            var (own, theirs) = (merged.Get(name), other.Get(name));
            if (own is GoMap { Count: > 0 } inner && theirs is GoMap theirInner)
            {
                // A copy: what the request brought, or another object holds too, stays as it is.
                var copy = inner.Copy();
                MergeInto(copy, theirInner, overwrites, scope, depth + 1);
                merged.Set(name, copy);
            }
            else if (!GoValue.IsTrue(own) || (overwrites && GoValue.IsTrue(theirs)))
            {
                merged.Set(name, theirs);
            }
        }
    }

    private static object? Dig(FunctionCall call)
    {
        var value = call.Last;
        for (var i = 0; i < call.Count - 2; i++)
        {
            if (value is not GoMap map)
            {
                return call.Fail("there is no object on the way");
            }

            if (!map.TryGet(call.Text(i), out value))
            {
                return call[call.Count - 2];
            }
        }

        return value;
    }

    private static object? Copy(object? value, RenderScope scope, int depth)
    {
        if (!scope.MayGoOn(0, depth))
        {
            return null;
        }

        switch (value)
        {
            case GoDictionary map:
                var copy = new GoDictionary(map.Type, map.Zero);
                foreach (var name in map.Names)
                {
                    copy.Set(name, Copy(map.Get(name), scope, depth + 1));
                }

                return copy;
            case GoList { IsNil: false } list:
                return new GoList([.. list.Items.Select(item => Copy(item, scope, depth + 1))], list.Type);
            default:
                // Everything else is never changed.
                return value;
        }
    }
}
