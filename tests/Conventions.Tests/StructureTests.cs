using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Conventions.Tests;

public partial class StructureTests
{
    [Fact]
    public void Classes_are_sealed_or_abstract_or_static_unless_one_derives_from_them()
    {
        var types = OwnTypes().ToList();
        var bases = types.Select(type => type.BaseType).OfType<Type>().Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();

        Assert.Empty(types.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(type)).Select(type => type.FullName));
    }

    [Fact]
    public void Async_methods_take_a_cancellation_token_last_unless_a_framework_shaped_them() =>
        Assert.Empty(
            from type in OwnTypes()
            from method in type.GetMethods(Declared)
            where IsAsync(method) && !IsShapedByFramework(method) && method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)
            select $"{type.FullName}.{method.Name}");

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?Now\b")]
    [InlineData(@"\bThread\.Sleep\b")]
    [InlineData(@"\bStopwatch\b")]
    [InlineData(@"\bnew (System\.Threading\.)?(Periodic)?Timer\((?!.*([cC]lock|[tT]ime))")]
    [InlineData(@"\bTask\.Delay\((?!.*([cC]lock|[tT]ime))")]
    [InlineData(@"\bnew CancellationTokenSource\((?!\)|.*([cC]lock|[tT]ime))")]
    public void Time_comes_from_a_time_provider(string banned) => Assert.Empty(Find("src", banned));

    [Theory]
    [InlineData(@"\bConsole\.(Write|Error|Out)", "/Cli/", "/Development/", "Program.cs")]
    [InlineData(@"\bBinaryFormatter\b|\bJsonSerializer\.(Des|S)erialize")]
    [InlineData(@"#pragma warning disable|\[SuppressMessage")]
    public void What_this_project_does_without_stays_out(string banned, params string[] allowed) =>
        Assert.DoesNotContain(Find("src", banned), hit => !allowed.Any(part => hit.Contains(part, StringComparison.Ordinal)));

    // The server unescapes it: what was checked would not be what is forwarded.
    [Fact]
    public void Path_of_a_proxied_request_is_read_from_the_canonical_target_only() =>
        Assert.Empty(Find("src/Proxy", @"\bRequest\.(Path|PathBase|QueryString|Query|Scheme|Host|GetDisplayUrl|GetEncodedUrl)\b"));

    [Fact]
    public void Sources_mention_no_unfinished_work() => Assert.Empty(Find("src", @"\b(TODO|FIXME|HACK|NotImplementedException)\b"));

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static IEnumerable<Type> OwnTypes() =>
        from assembly in Repository.Assemblies
        from type in assembly.GetTypes()
        where type.Namespace?.StartsWith("AuthProxy", StringComparison.Ordinal) == true
            && !type.Name.Contains('<', StringComparison.Ordinal)
            && type.DeclaringType?.Name.Contains('<', StringComparison.Ordinal) != true
            && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        select type;

    private static bool IsAsync(MethodInfo method) =>
        !method.IsPrivate
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && (typeof(Task).IsAssignableFrom(method.ReturnType)
            || method.ReturnType == typeof(ValueTask)
            || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    /// <summary>Middleware, overrides, implementations of interfaces that are not ours, and what a process does as a whole.</summary>
    private static bool IsShapedByFramework(MethodInfo method) =>
        method.DeclaringType is { Name: "Program" } or { IsNestedPrivate: true }
        || method.DeclaringType!.Namespace!.EndsWith(".Tokenizer.Cli", StringComparison.Ordinal)
        || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(HttpContext))
        || method.GetBaseDefinition() != method
        || (method.DeclaringType is { IsInterface: false } type
            && type.GetInterfaces()
                .Where(contract => !Repository.Assemblies.Contains(contract.Assembly))
                .Any(contract => type.GetInterfaceMap(contract).TargetMethods.Contains(method)));

    private static IEnumerable<string> Find(string folder, string pattern) =>
        from file in Repository.Sources(folder)
        from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
        where Regex.IsMatch(Comment().Replace(line.Text, ""), pattern)
        select $"{Repository.Relative(file)}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(@"^\s*//.*$|\s//\s.*$")]
    private static partial Regex Comment();
}
