using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AuthProxy.Conventions.Tests;

/// <summary>Writes what an assembly offers as text, one member a line, in an order that does not depend on the compiler.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Heading(Type type)
    {
        string[] parents =
        [
            .. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? [PublicApiNames.Of(parent)] : Array.Empty<string>(),
            .. type.GetInterfaces().Where(i => i.IsPublic && !IsOfRecord(type, i)).Select(PublicApiNames.Of).Order(StringComparer.Ordinal),
        ];
        return $"{Kind(type)} {PublicApiNames.Of(type)}{(parents.Length == 0 || type.IsEnum ? "" : " : " + string.Join(", ", parents))}";
    }

    private static bool IsOfRecord(Type type, Type candidate) =>
        IsRecord(type) && candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEquatable<>)
        && candidate.GenericTypeArguments[0].IsAssignableFrom(type);

    // Records are told by the method that "with" calls.
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static string Kind(Type type) => KindOf(type).Replace("class", IsRecord(type) ? "record" : "class", StringComparison.Ordinal);

    private static string KindOf(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}");
        }

        return type.GetMembers(Declared)
            .Where(m => !m.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(Line)
            .OfType<string>();
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsOffered(constructor) && !constructor.IsStatic =>
            $"{Access(constructor)}new({PublicApiNames.Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsOffered(method) =>
            $"{Access(method)}{PublicApiNames.OfNullable(method.ReturnParameter)} {method.Name}{PublicApiNames.TypeParameters(method)}({PublicApiNames.Parameters(method)})",
        PropertyInfo property when property.GetAccessors(nonPublic: true).FirstOrDefault(IsOffered) is { } accessor =>
            $"{Access(accessor)}{(property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}{PublicApiNames.OfNullable(property)} {property.Name} {{ {string.Join(' ', Accessors(property))} }}",
        FieldInfo field when field.IsPublic || field.IsFamily =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{PublicApiNames.OfNullable(field)} {field.Name}{(field.IsLiteral ? $" = {PublicApiNames.Constant(field.GetRawConstantValue())}" : "")}",
        EventInfo @event when @event.AddMethod is { } add && IsOffered(add) => $"event {PublicApiNames.Of(@event.EventHandlerType!)} {@event.Name}",
        _ => null,
    };

    private static bool IsOffered(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && method.DeclaringType is { IsSealed: false });

    private static string Access(MethodBase method)
    {
        var access = method.IsPublic ? "" : "protected ";
        return method switch
        {
            { IsStatic: true } => access + "static ",
            MethodInfo overriding when overriding.GetBaseDefinition().DeclaringType != overriding.DeclaringType => access + "override ",
            { IsAbstract: true } when !method.DeclaringType!.IsInterface => access + "abstract ",
            { IsVirtual: true, IsFinal: false } when !method.DeclaringType!.IsInterface => access + "virtual ",
            _ => access,
        };
    }

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        if (property.GetMethod is { } get && IsOffered(get))
        {
            yield return "get;";
        }

        if (property.SetMethod is { } set && IsOffered(set))
        {
            yield return set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";
        }
    }
}
