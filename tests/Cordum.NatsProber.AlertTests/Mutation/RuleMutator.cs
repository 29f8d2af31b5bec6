using Cordum.NatsProber.AlertTests.Promtool;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>All mutants of a rule file: of its expressions, waiting times and labels, and the file without each rule.</summary>
internal static class RuleMutator
{
    private static readonly string[] WaitingTimes = ["for", "keep_firing_for"];

    /// <summary>Every mutant, in the order of the file.</summary>
    public static IReadOnlyList<Mutant> Mutants(RuleFile file)
    {
        var mutants = new List<Mutant>();
        foreach (var rule in file.Rules)
        {
            var id = rule.Id;
            var seen = new Dictionary<string, int>();
            foreach (var change in Changes(rule))
            {
                var nth = seen[change.What] = seen.GetValueOrDefault(change.What) + 1;
                change.Do();
                mutants.Add(new(rule.Number, rule.Name, id, nth == 1 ? change.What : $"{change.What} #{nth}", change.Line, change.Before, Rule.Written(rule.Node)));
                change.Undo();
            }

            mutants.Add(new(rule.Number, rule.Name, id, "rule → removed", rule.Line, rule.Name, null));
        }

        return mutants;
    }

    private static List<Change> Changes(Rule rule)
    {
        // Listed before any is done: they change what they are listed from.
        var changes = Expressions(rule).ToList();
        changes.AddRange(WaitingTimes.SelectMany(key => WaitingTime(rule, key)));
        changes.AddRange(rule.Labels.SelectMany(label => Label(rule, label.Key, label.Value)));
        return changes;
    }

    private static IEnumerable<Change> Expressions(Rule rule)
    {
        var scalar = rule.Expression;
        var expression = scalar.Value!;
        foreach (var edit in ExpressionMutator.Edits(expression))
        {
            var line = expression.AsSpan(0, edit.Start).Count('\n');
            yield return new(edit.What, scalar.LineOf(line), expression.Split('\n')[line].Trim(), () => scalar.Value = edit.Apply(expression), () => scalar.Value = expression);
        }
    }

    private static IEnumerable<Change> WaitingTime(Rule rule, string key)
    {
        if (rule.Node.Find(key) is not YamlScalarNode { Value: { } duration } scalar)
            yield break;
        foreach (var other in ExpressionMutator.Scaled(duration).Append("0s"))
            yield return new($"{key}: {duration} → {other}", scalar.LineOf(0), $"{key}: {duration}", () => scalar.Value = other, () => scalar.Value = duration);
    }

    private static IEnumerable<Change> Label(Rule rule, string key, YamlScalarNode scalar)
    {
        var value = scalar.Value!;
        var labels = (YamlMappingNode)rule.Node.Find("labels")!;
        var other = key == "severity" ? (value == "critical" ? "warning" : "critical") : "mutant";
        yield return new($"{key}: {value} → {other}", scalar.LineOf(0), $"{key}: {value}", () => scalar.Value = other, () => scalar.Value = value);
        yield return new($"{key}: {value} → removed", scalar.LineOf(0), $"{key}: {value}", () => labels.Children.Remove(key), () => labels.Children.Add(key, scalar));
    }

    private sealed record Change(string What, int Line, string Before, Action Do, Action Undo);
}
