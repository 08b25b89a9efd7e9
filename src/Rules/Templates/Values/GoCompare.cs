namespace AuthProxy.Rules.Templates.Values;

/// <summary>Go's comparisons: a whole number is compared with whole numbers only, and lists and maps with nothing.</summary>
internal static class GoCompare
{
    private enum Kind
    {
        None,
        Flag,
        Whole,
        Float,
        Text,
    }

    /// <summary>Null, and a failed rendering, where the two cannot be compared.</summary>
    public static bool? AreEqual(object? left, object? right, RenderScope scope)
    {
        var (kind, other) = (KindOf(left), KindOf(right));
        if (left is GoList or GoMap || right is GoList or GoMap)
        {
            scope.Fail("lists and objects cannot be compared");
            return null;
        }

        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (kind != other)
        {
            scope.Fail("values of different types cannot be compared");
            return null;
        }

        return kind switch
        {
            Kind.Whole => GoNumber.ToWhole(left) == GoNumber.ToWhole(right),
            Kind.None => ReferenceEquals(left, right) || (left is GoTime one && right is GoTime two && one.Moment.EqualsExact(two.Moment)),
            _ => left.Equals(right),
        };
    }

    /// <summary>Less than zero, zero or more; null, and a failed rendering, where the two have no order.</summary>
    public static int? Order(object? left, object? right, RenderScope scope)
    {
        var kind = KindOf(left);
        if (kind != KindOf(right) || kind is Kind.None or Kind.Flag)
        {
            scope.Fail("values of these types have no order");
            return null;
        }

        return kind switch
        {
            Kind.Whole => GoNumber.ToWhole(left).CompareTo(GoNumber.ToWhole(right)),
            Kind.Float => ((double)left!).CompareTo((double)right!),
            _ => Math.Sign(string.CompareOrdinal((string)left!, (string)right!)),
        };
    }

    /// <summary>Equal in type and in everything inside, as <c>has</c>, <c>uniq</c>, <c>without</c> and <c>deepEqual</c> compare.</summary>
    public static bool AreDeepEqual(object? left, object? right, RenderScope scope, int depth = 0)
    {
        if (!scope.MayGoOn(0, depth) || GoValue.TypeOf(left) != GoValue.TypeOf(right))
        {
            return false;
        }

        switch (left, right)
        {
            case (GoList one, GoList two):
                return one.Count == two.Count && one.IsNil == two.IsNil
                    && one.Items.Zip(two.Items).All(pair => AreDeepEqual(pair.First, pair.Second, scope, depth + 1));
            case (GoMap one, GoMap two):
                return one.Count == two.Count
                    && one.Names.All(name => two.TryGet(name, out var value) && AreDeepEqual(one.Get(name), value, scope, depth + 1));
            case (IGoStruct, IGoStruct):
                return AreEqual(left, right, scope) == true;
            default:
                return Equals(left, right);
        }
    }

    private static Kind KindOf(object? value) => value switch
    {
        bool => Kind.Flag,
        nint or long or byte => Kind.Whole,
        double => Kind.Float,
        string => Kind.Text,
        _ => Kind.None,
    };
}
