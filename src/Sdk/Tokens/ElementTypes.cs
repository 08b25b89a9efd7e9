using System.Collections;

namespace AuthProxy.Sdk;

/// <summary>What types say about where tokens can be.</summary>
internal static class ElementTypes
{
    private static readonly Type[] Sequences = [typeof(IEnumerable<>), typeof(IAsyncEnumerable<>)];
    private static readonly Type[] Settled = [typeof(ICollection<>), typeof(IReadOnlyCollection<>)];

    /// <summary>Types of the platform that are no collections: the application cannot have marked anything in them.</summary>
    public static bool IsPlain(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsPrimitive || type.IsEnum
            || (type != typeof(object) && !type.IsInterface && Of(type) is null && type.Namespace is { } space && IsPlatform(space));
    }

    /// <summary>What a sequence holds, or a map's values are; null where the type is neither, or does not say.</summary>
    public static Type? Of(Type type) => FacesOf(type, Sequences).Select(face => face.GetGenericArguments()[0]).FirstOrDefault() switch
    {
        { IsGenericType: true } pair when pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) => pair.GetGenericArguments()[1],
        var element => element,
    };

    /// <summary>Whether a sequence holds the same whenever it is read. One that is made anew could hold other tokens when it is written than when it was looked at.</summary>
    public static bool IsSettled(object sequence) => sequence is ICollection || FacesOf(sequence.GetType(), Settled).Any();

    private static bool IsPlatform(string space) =>
        space is "System" or "Microsoft" || space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static IEnumerable<Type> FacesOf(Type type, Type[] forms) =>
        type.GetInterfaces().Prepend(type).Where(face => face.IsGenericType && forms.Contains(face.GetGenericTypeDefinition()));
}
