using System.Globalization;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Arithmetic. What is no number counts as zero, and whole numbers wrap around, as in Go.</summary>
internal static class NumberFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("int", "value", "as a whole number, a fraction cut off", call => (nint)GoNumber.ToWhole(call[0])),
        new("int64", "value", "as a whole number, a fraction cut off", call => GoNumber.ToWhole(call[0])),
        new("float64", "value", "as a number with a fraction", call => GoNumber.ToFloat(call[0])),
        new("atoi", "text", "the whole number that the text writes, 0 where it is none", call =>
            long.TryParse(call.Text(0), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? (nint)number : (nint)0),
        new("toDecimal", "value", "the number that these octal digits write", call => Octal(call.Print(call[0]))),
        new("add", "numbers…", "the sum of whole numbers", call => Wholes(call, 0).Aggregate(0L, (sum, number) => sum + number)),
        new("add1", "number", "one more", call => GoNumber.ToWhole(call[0]) + 1),
        new("sub", "one other", "the difference of whole numbers", call => GoNumber.ToWhole(call[0]) - GoNumber.ToWhole(call[1])),
        new("mul", "number numbers…", "the product of whole numbers", call => Wholes(call, 0).Aggregate(1L, (product, number) => product * number)),
        new("div", "one other", "the quotient of whole numbers", Quotient),
        new("mod", "one other", "what is left over", Remainder),
        new("max", "number numbers…", "the largest whole number", call => Wholes(call, 0).Max()),
        new("biggest", "number numbers…", "as max", call => Wholes(call, 0).Max()),
        new("min", "number numbers…", "the smallest whole number", call => Wholes(call, 0).Min()),
        new("addf", "numbers…", "the sum", call => Fold(call, 0, 0, (sum, number) => sum + number)),
        new("add1f", "number", "one more", call => Fold(call, 0, 1, (sum, number) => sum + number)),
        new("subf", "number numbers…", "the difference", call => Fold(call, 1, GoNumber.ToFloat(call[0]), (difference, number) => difference - number)),
        new("mulf", "number numbers…", "the product", call => Fold(call, 1, GoNumber.ToFloat(call[0]), (product, number) => product * number)),
        new("divf", "number numbers…", "the quotient", DivideFloats),
        new("maxf", "number numbers…", "the largest number", call => call.From(0).Max(GoNumber.ToFloat)),
        new("minf", "number numbers…", "the smallest number", call => call.From(0).Min(GoNumber.ToFloat)),
        new("ceil", "number", "the next whole number up", call => Math.Ceiling(GoNumber.ToFloat(call[0]))),
        new("floor", "number", "the next whole number down", call => Math.Floor(GoNumber.ToFloat(call[0]))),
        new("round", "number places [on]", "rounded, up from .5 or another fraction on", call => Round(call)),
    ];

    private static IEnumerable<long> Wholes(FunctionCall call, int from) => call.From(from).Select(GoNumber.ToWhole);

    private static object? Quotient(FunctionCall call) => GoNumber.ToWhole(call[1]) switch
    {
        0 => call.Fail("the divisor is zero"),

        // The processor refuses to negate the least number; Go wraps around.
        -1 => unchecked(-GoNumber.ToWhole(call[0])),
        var divisor => GoNumber.ToWhole(call[0]) / divisor,
    };

    private static object? Remainder(FunctionCall call) => GoNumber.ToWhole(call[1]) switch
    {
        0 => call.Fail("the divisor is zero"),
        -1 => 0L,
        var divisor => GoNumber.ToWhole(call[0]) % divisor,
    };

    private static long Octal(string digits)
    {
        var negative = digits.StartsWith('-');
        var number = 0L;
        foreach (var digit in digits.AsSpan(negative || digits.StartsWith('+') ? 1 : 0))
        {
            if (digit is < '0' or > '7' || number > long.MaxValue / 8)
            {
                return 0;
            }

            number = (number * 8) + digit - '0';
        }

        return negative ? -number : number;
    }

    /// <summary>In decimal, so that 0.1 and 0.2 are 0.3; where a number is past that, in binary.</summary>
    private static double Fold(FunctionCall call, int from, double start, Func<decimal, decimal, decimal> operation)
    {
        try
        {
            return (double)call.From(from).Aggregate((decimal)start, (result, value) => operation(result, (decimal)GoNumber.ToFloat(value)));
        }
        catch (OverflowException)
        {
            call.Fail("a number is too large");
            return 0;
        }
    }

    private static object? DivideFloats(FunctionCall call) =>
        call.From(1).Any(value => GoNumber.ToFloat(value) == 0)
            ? call.Fail("the divisor is zero")
            : Fold(call, 1, GoNumber.ToFloat(call[0]), (quotient, number) => Math.Round(quotient / number, 16, MidpointRounding.AwayFromZero));

    private static double Round(FunctionCall call)
    {
        var on = call.Count > 2 ? GoNumber.ToFloat(call[2]) : 0.5;
        var power = Math.Pow(10, call.Whole(1));
        var shifted = power * GoNumber.ToFloat(call[0]);
        var fraction = shifted - Math.Truncate(shifted);
        return (fraction >= on ? Math.Ceiling(shifted) : Math.Floor(shifted)) / power;
    }
}
