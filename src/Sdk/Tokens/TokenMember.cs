using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Serialization;

namespace AuthProxy.Sdk;

/// <summary>A property in which tokens are, or behind which they may be.</summary>
internal sealed class TokenMember(PropertyInfo property)
{
    private readonly Func<object, object?> _read = Compile(property);

    /// <summary>Null where the property is not marked itself.</summary>
    public TokenAttribute? Mark { get; } = MarkOf(property);

    public Type Type => property.PropertyType;

    private string Name => $"{property.DeclaringType!.Name}.{property.Name}";

    /// <summary>The properties of a type that matter. What is never written or read as JSON does not come in or leave.</summary>
    public static IEnumerable<TokenMember> Of(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
        .Select(property => new TokenMember(property))
        .Where(member => member.Mark is not null || !ElementTypes.IsPlain(member.Type));

    public void Find(object owner, FoundTokens found)
    {
        if (Mark is not null)
        {
            TokenShape.Take(_read(owner), Mark, Name, found);
        }
        else
        {
            TokenShape.Find(_read(owner), found);
        }
    }

    // A positional record's mark is on the constructor's parameter unless its author wrote "property:". Both count.
    private static TokenAttribute? MarkOf(PropertyInfo property) => property.GetCustomAttribute<TokenAttribute>() ?? property.DeclaringType!.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Where(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase) && parameter.ParameterType == property.PropertyType)
        .Select(parameter => parameter.GetCustomAttribute<TokenAttribute>())
        .FirstOrDefault(mark => mark is not null);

    private static Func<object, object?> Compile(PropertyInfo property)
    {
        var owner = Expression.Parameter(typeof(object));
        var read = Expression.Property(Expression.Convert(owner, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(read, typeof(object)), owner).Compile();
    }
}
