using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Probes;

/// <summary>A piece of YAML and where it begins (line and column from 1).</summary>
internal abstract record Node(int Line, int Column)
{
    public abstract string Kind { get; }
}

internal sealed record MapNode(int Line, int Column, IReadOnlyList<KeyValuePair<Node, Node>> Entries) : Node(Line, Column)
{
    public override string Kind => "a mapping";
}

internal sealed record ListNode(int Line, int Column, IReadOnlyList<Node> Items) : Node(Line, Column)
{
    public override string Kind => "a list";
}

/// <summary>Stands where an error was already reported, so that nobody reports a second one.</summary>
internal sealed record BrokenNode(int Line, int Column) : Node(Line, Column)
{
    public override string Kind => "broken";
}

/// <summary>
/// A scalar, with the type that YAML 1.2 gives it. Editors check by the same types, so the schema and the reader agree: <c>5</c> is a
/// number, <c>"5"</c> a text, <c>yes</c> a text.
/// </summary>
internal sealed partial record ScalarNode(int Line, int Column, string Text, ScalarType Type) : Node(Line, Column)
{
    public override string Kind => Type switch
    {
        ScalarType.Null => "nothing",
        ScalarType.Boolean => "a boolean",
        ScalarType.Number => "a number",
        _ => "a text",
    };

    public static ScalarType TypeOfPlain(string text) =>
        text is "" or "~" or "null" or "Null" or "NULL" ? ScalarType.Null
        : text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE" ? ScalarType.Boolean
        : CoreNumber().IsMatch(text) ? ScalarType.Number
        : ScalarType.Text;

    [GeneratedRegex(
        @"\A([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex CoreNumber();
}

internal enum ScalarType
{
    Text,
    Number,
    Boolean,
    Null,
}
