using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>A file of rules, and which of them read which.</summary>
internal sealed class RuleFile(YamlMappingNode root)
{
    private readonly YamlMappingNode _root = root;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Rule> Rules { get; } =
        [.. from @group in root.Items("groups")
            let rules = (YamlSequenceNode)@group.Find("rules")!
            from YamlMappingNode rule in rules
            select new Rule(rules, rule)];

    /// <summary>Whether the text speaks of the name, as a word of its own.</summary>
    public static bool IsNamedIn(string name, string text) => Regex.IsMatch(text, $"(?<![\\w:]){Regex.Escape(name)}(?![\\w:])");

    /// <summary>The names of the rules that a change of the named one can reach: its own, then those that read it, and so on.</summary>
    public IReadOnlyList<string> ReachedFrom(string name) =>
        Closure([name], reached => Rules.Where(rule => IsNamedIn(reached, rule.Expression.Value!)).Select(rule => rule.Name));

    /// <summary>The names, and those of all rules that they read, and so on.</summary>
    public IReadOnlyList<string> NeededBy(IEnumerable<string> names) =>
        Closure(names, name => from rule in Rules
                               where rule.Name == name
                               from read in Rules
                               where IsNamedIn(read.Name, rule.Expression.Value!)
                               select read.Name);

    /// <summary>The file as it is now, with the rules of these names alone.</summary>
    public string Text(IReadOnlyCollection<string> names)
    {
        var groups = new YamlSequenceNode();
        foreach (var each in _root.Items("groups").Cast<YamlMappingNode>())
        {
            var kept = each.Items("rules").Where(rule => names.Contains(rule.Text("alert") ?? rule.Text("record")!)).ToArray();
            if (kept.Length > 0)
                groups.Add(new YamlMappingNode("name", each.Text("name")!, "rules", new YamlSequenceNode(kept)));
        }

        return YamlText.Write(new YamlMappingNode("groups", groups));
    }

    private static List<string> Closure(IEnumerable<string> names, Func<string, IEnumerable<string>> next)
    {
        var found = names.ToList();
        for (var at = 0; at < found.Count; at++)
            found.AddRange(next(found[at]).Except(found).ToArray());
        return found;
    }
}
