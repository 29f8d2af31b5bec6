using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>A file of rules, and which of them read which.</summary>
internal sealed partial class RuleFile
{
    /// <summary>Functions that have a value where there is no series.</summary>
    private static readonly string[] FromNothing = ["absent", "absent_over_time", "vector", "time"];

    private readonly Dictionary<string, HashSet<string>> _reads;

    public RuleFile(YamlMappingNode root)
    {
        Rules = [.. root.Items("groups").SelectMany(group => group.Items("rules").Select(rule => (group, rule))).Select((each, number) => new Rule(number, each.group.Text("name")!, (YamlMappingNode)each.rule))];
        _reads = Rules.GroupBy(rule => rule.Name).ToDictionary(same => same.Key, same => same.SelectMany(rule => Names(rule.Expression.Value!)).ToHashSet());
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>Whether the text speaks of the name, as a word of its own.</summary>
    public static bool IsNamedIn(string name, string text) => Names(text).Contains(name);

    /// <summary>The names of the rules that a change of the named one can reach: its own, then those that read it, and so on.</summary>
    public IReadOnlyList<string> ReachedFrom(string name) => Closure([name], reached => _reads.Where(rule => rule.Value.Contains(reached)).Select(rule => rule.Key));

    /// <summary>The names, and those of all rules that they read, and so on.</summary>
    public IReadOnlyList<string> NeededBy(IEnumerable<string> names) => Closure(names, name => _reads[name].Where(_reads.ContainsKey));

    /// <summary>Those of the names whose rules can have a value where there are only these series: what reads none of them, nor a rule that does, has none.</summary>
    public IReadOnlyList<string> Living(IReadOnlyCollection<string> names, IEnumerable<string> series)
    {
        var fromNothing = names.Where(name => _reads[name].Overlaps(FromNothing)).ToArray();
        var found = Closure([.. series, .. fromNothing], read => names.Where(name => _reads[name].Contains(read)));
        return [.. names.Where(name => fromNothing.Contains(name) || _reads[name].Overlaps(found))];
    }

    /// <summary>The rules of these names, as a rule file; another text, or nothing if that is null, in place of the one with that number.</summary>
    public string Text(IReadOnlyCollection<string> names, int? number = null, string? item = null)
    {
        var text = new StringBuilder("groups:\n");
        foreach (var group in Rules.Where(rule => names.Contains(rule.Name)).GroupBy(rule => rule.Group))
        {
            text.Append("- name: ").Append(group.Key).Append("\n  rules:\n");
            foreach (var rule in group)
                text.Append(rule.Number == number ? item : rule.Text);
        }

        return text.ToString();
    }

    private static HashSet<string> Names(string text) => [.. Name().Matches(text).Select(match => match.Value)];

    private static List<string> Closure(IEnumerable<string> names, Func<string, IEnumerable<string>> next)
    {
        var found = names.Distinct().ToList();
        for (var at = 0; at < found.Count; at++)
            found.AddRange(next(found[at]).Except(found).ToArray());
        return found;
    }

    [GeneratedRegex(@"[\w:]+")]
    private static partial Regex Name();
}
