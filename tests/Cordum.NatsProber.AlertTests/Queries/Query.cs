using System.Text.RegularExpressions;

namespace Cordum.NatsProber.AlertTests.Queries;

/// <summary>A PromQL expression that a dashboard or a text shows to somebody.</summary>
/// <param name="Where">The file and the place in it.</param>
/// <param name="Text">The expression, without variables or macros.</param>
/// <param name="Needs">A label that its answer must carry; null for any answer.</param>
public sealed partial record Query(string Where, string Text, string? Needs = null)
{
    private static readonly string[] Words =
    [
        "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "inf", "nan",
    ];

    /// <summary>The selectors in it: each name, with the labels that its matchers name.</summary>
    public IEnumerable<(string Series, string[] Labels)> Selectors()
    {
        // What is in quotes, in brackets, or in the parentheses behind by, on and their like, is no series.
        var bare = Grouping().Replace(Quoted().Replace(Text, "\"\""), " ");
        foreach (Match match in Selector().Matches(Range().Replace(bare, " ")))
        {
            if (!Words.Contains(match.Groups["name"].Value))
                yield return (match.Groups["name"].Value, [.. match.Groups["label"].Captures.Select(label => label.Value)]);
        }
    }

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+")]
    private static partial Regex Range();

    [GeneratedRegex("""(?<![\w:.])(?<name>[A-Za-z_:][\w:]*)(?![\w:]|\s*\()(\s*\{(\s*(?<label>\w+)\s*(=~|!~|!=|=)\s*"",?)*\s*\})?""")]
    private static partial Regex Selector();
}
