using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>
/// All the small mistakes that somebody could make in an expression, each as one edit. It does not ask whether the result is valid: promtool
/// rejects what is not, and such a mutant is left out.
/// </summary>
internal static partial class ExpressionMutator
{
    /// <summary>Up and down by a quarter, so that a test has to come close to the threshold on both sides.</summary>
    private static readonly double[] Factors = [1.25, 0.8];

    private static readonly Dictionary<string, string[]> Operators = new()
    {
        [">"] = [">=", "<"],
        [">="] = [">", "<"],
        ["<"] = ["<=", ">"],
        ["<="] = ["<", ">"],
        ["=="] = ["!="],
        ["!="] = ["=="],
        ["+"] = ["-"],
        ["-"] = ["+"],
        ["*"] = ["/"],
        ["/"] = ["*"],
        ["and"] = ["or", "unless"],
        ["or"] = ["and", "unless"],
        ["unless"] = ["and", "or"],
    };

    private static readonly Dictionary<string, string[]> Functions = new()
    {
        ["increase"] = ["rate"],
        ["rate"] = ["increase"],
        ["last_over_time"] = ["max_over_time", "min_over_time"],
        ["max_over_time"] = ["last_over_time", "min_over_time"],
        ["min_over_time"] = ["last_over_time", "max_over_time"],
        ["sum_over_time"] = ["max_over_time"],
        ["avg_over_time"] = ["max_over_time", "min_over_time"],
        ["clamp_min"] = ["clamp_max"],
        ["clamp_max"] = ["clamp_min"],
    };

    private static readonly Dictionary<string, string[]> Aggregations = new()
    {
        ["avg"] = ["max", "min"],
        ["max"] = ["min"],
        ["min"] = ["max"],
        ["sum"] = ["max", "avg"],
        ["count"] = ["sum", "max"],
        ["group"] = ["count"],
    };

    private static readonly Dictionary<string, string> Negations = new() { ["="] = "!=", ["!="] = "=", ["=~"] = "!~", ["!~"] = "=~" };

    /// <summary>Every edit, each at one place.</summary>
    /// <exception cref="FormatException">It is no PromQL that rules use.</exception>
    public static IEnumerable<Edit> Edits(string expression) => PromqlParser.Parse(expression).All.SelectMany(node => node switch
    {
        NumberNode number => Threshold(number.Token),
        SelectorNode selector => selector.Matchers.SelectMany(matcher => MatcherEdits(matcher)),
        TimedNode timed => TimedEdits(timed),
        CallNode call => CallEdits(call, expression),
        AggregationNode aggregation => AggregationEdits(aggregation, expression),
        BinaryNode binary => BinaryEdits(binary, expression),
        _ => [],
    });

    /// <summary>Twice and half of a duration such as <c>90s</c> or <c>1h30m</c>, in the form that PromQL and YAML take.</summary>
    /// <exception cref="FormatException">It is no duration.</exception>
    public static IEnumerable<string> Scaled(string duration)
    {
        var seconds = Seconds(duration);
        return [Written(seconds * 2), Written(seconds / 2)];
    }

    private static IEnumerable<Edit> Threshold(Token number)
    {
        if (number.Kind == TokenKind.Duration)
            return Scaled(number.Text).Select(each => Replace(number, each));
        var value = double.Parse(number.Text, CultureInfo.InvariantCulture);
        // Nothing is a quarter more than zero.
        var others = value == 0 ? [1, -1] : Factors.Select(factor => value * factor);
        return others.Select(each => Replace(number, each.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<Edit> MatcherEdits(Matcher matcher)
    {
        var written = $"{matcher.Label.Text}{matcher.Operator.Text}{matcher.Value.Text}";
        // A matcher that all values pass stands in for none at all, and spares the commas.
        yield return new(matcher.Operator.Start, matcher.Value.End, "=~\".*\"", $"{written} → removed");
        yield return new(matcher.Operator.Start, matcher.Operator.End, Negations[matcher.Operator.Text], $"{written} → negated");
        var alternatives = matcher.Value.Text[1..^1].Split('|');
        if (alternatives.Length == 1 || matcher.Operator.Text is "=" or "!=")
            yield break;
        foreach (var left in alternatives)
            yield return new(matcher.Value.Start, matcher.Value.End, $"\"{string.Join('|', alternatives.Where(each => each != left))}\"", $"{written} → without {left}");
    }

    private static IEnumerable<Edit> TimedEdits(TimedNode timed)
    {
        foreach (var duration in timed.Durations)
        {
            foreach (var scaled in Scaled(duration.Text))
                yield return Replace(duration, scaled, timed.IsRange ? "[{0}]" : "offset {0}");
        }

        if (!timed.IsRange)
            yield return new(timed.Inner.End, timed.End, "", $"offset {string.Concat(timed.Durations.Select(each => each.Text))} → removed");
    }

    private static IEnumerable<Edit> CallEdits(CallNode call, string expression)
    {
        foreach (var other in Functions.GetValueOrDefault(call.Function.Text, []))
            yield return Replace(call.Function, other);
        // A function of a range cannot be left out, only one of a vector: clamp_min, absent, …
        if (call.Arguments is [not (TimedNode { IsRange: true } or NumberNode or TextNode), ..])
            yield return new(call.Start, call.End, $"({Text(call.Arguments[0], expression)})", $"{call.Function.Text}(…) → removed");
    }

    private static IEnumerable<Edit> AggregationEdits(AggregationNode aggregation, string expression)
    {
        foreach (var edit in WithoutEach(aggregation.Labels))
            yield return edit;
        foreach (var other in Aggregations.GetValueOrDefault(aggregation.Operator.Text, []))
            yield return Replace(aggregation.Operator, other);
        if (aggregation is { Operator.Text: "quantile", Arguments: [var parameter, var of] })
        {
            foreach (var other in new[] { "max", "min", "avg" })
            {
                var grouping = expression[aggregation.Operator.End..parameter.Start];
                yield return new(aggregation.Start, of.Start, other + grouping, $"quantile({Text(parameter, expression)}, …) → {other}");
            }
        }
    }

    private static IEnumerable<Edit> BinaryEdits(BinaryNode binary, string expression)
    {
        var operation = binary.Operator.Text;
        foreach (var other in Operators.GetValueOrDefault(operation, []))
            yield return Replace(binary.Operator, other);
        if (binary.Bool is { } boolean)
            yield return new(boolean.Start, boolean.End, "", $"{operation} bool → {operation}");
        foreach (var edit in binary.LabelLists.SelectMany(WithoutEach))
            yield return edit;
        // A product is a guard, too: 0 or 1 times something.
        if (operation is not ("and" or "or" or "unless" or "*") || binary.Left is NumberNode || binary.Right is NumberNode)
            yield break;
        yield return new(binary.Left.End, binary.End, "", $"{operation} … → left side only");
        yield return new(binary.Start, binary.Right.Start, "", $"… {operation} → right side only");
    }

    private static IEnumerable<Edit> WithoutEach(IReadOnlyList<Token> labels) => labels.Select((label, index) =>
    {
        var start = index > 0 ? labels[index - 1].End : label.Start;
        var end = index == 0 && labels.Count > 1 ? labels[1].Start : label.End;
        return new Edit(start, end, "", $"({string.Join(", ", labels.Select(each => each.Text))}) → without {label.Text}");
    });

    private static Edit Replace(Token token, string replacement, string form = "{0}") =>
        new(token.Start, token.End, replacement, string.Format(CultureInfo.InvariantCulture, $"{form} → {form.Replace("{0}", "{1}", StringComparison.Ordinal)}", token.Text, replacement));

    private static string Text(PromqlNode node, string expression) => expression[node.Start..node.End];

    private static double Seconds(string duration)
    {
        var parts = DurationPart().Matches(duration);
        if (parts.Count == 0 || parts.Sum(part => part.Length) != duration.Length)
            throw new FormatException($"{duration} is no duration");
        return parts.Sum(part => double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * part.Groups[2].Value switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86400,
            "w" => 7 * 86400,
            _ => 365 * 86400,
        });
    }

    private static string Written(double seconds)
    {
        var whole = (long)Math.Round(seconds * 1000);
        foreach (var (unit, length) in new[] { ("d", 86_400_000L), ("h", 3_600_000L), ("m", 60_000L), ("s", 1000L) })
        {
            if (whole % length == 0)
                return $"{whole / length}{unit}";
        }

        return $"{whole}ms";
    }

    [GeneratedRegex(@"(\d+)(ms|s|m|h|d|w|y)")]
    private static partial Regex DurationPart();
}
