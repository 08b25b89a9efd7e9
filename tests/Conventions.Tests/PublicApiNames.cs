using System.Globalization;
using System.Reflection;

namespace AuthProxy.Conventions.Tests;

/// <summary>Types and parameters as a C# reader writes them, with full names and with <c>?</c> where null may be.</summary>
internal static class PublicApiNames
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
    };

    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        return Keywords.GetValueOrDefault(type) ?? (type.IsGenericParameter ? type.Name : FullName(type));
    }

    public static string OfNullable(ParameterInfo parameter)
    {
        var info = Nullability.Create(parameter);
        return Of(parameter.ParameterType) + Mark(parameter.ParameterType, parameter.IsOut ? info.WriteState : info.ReadState);
    }

    public static string OfNullable(PropertyInfo property)
    {
        var info = Nullability.Create(property);
        return Of(property.PropertyType) + Mark(property.PropertyType, property.CanRead ? info.ReadState : info.WriteState);
    }

    public static string OfNullable(FieldInfo field) => Of(field.FieldType) + Mark(field.FieldType, Nullability.Create(field).ReadState);

    public static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    public static string TypeParameters(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    public static string Constant(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        var value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{prefix}{OfNullable(parameter)} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter) =>
        parameter is { DefaultValue: null, ParameterType.IsValueType: true } ? "default" : Constant(parameter.DefaultValue);

    private static string Mark(Type type, NullabilityState state) =>
        !(type.IsByRef ? type.GetElementType()! : type).IsValueType && state == NullabilityState.Nullable ? "?" : "";

    private static string FullName(Type type)
    {
        var name = (type.IsNested ? Of(type.DeclaringType!) : type.Namespace) + "." + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>" : name;
    }
}
