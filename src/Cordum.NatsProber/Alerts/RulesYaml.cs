using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cordum.NatsProber.Alerts;

/// <summary>Writes rules as Prometheus reads them, or as the Prometheus operator does. The same rules give the same bytes.</summary>
public static class RulesYaml
{
    /// <summary>The width at which comments are broken.</summary>
    private const int CommentWidth = 140;

    /// <summary>A rule file of Prometheus.</summary>
    /// <param name="groups">What to write.</param>
    /// <param name="header">Lines for the top of the file, a comment: above all the command that makes it.</param>
    public static string Prometheus(IReadOnlyList<RuleGroup> groups, string header)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return Document(header, yaml => yaml.Map(() => Groups(yaml, groups)));
    }

    /// <summary>A <c>PrometheusRule</c> (monitoring.coreos.com/v1).</summary>
    /// <param name="groups">What to write.</param>
    /// <param name="header">As for <see cref="Prometheus"/>.</param>
    /// <param name="labels">Labels of the resource: what the operator's <c>ruleSelector</c> asks for.</param>
    public static string Operator(IReadOnlyList<RuleGroup> groups, string header, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(labels);
        return Document(header, yaml => yaml.Map(() =>
        {
            yaml.Entry("apiVersion", "monitoring.coreos.com/v1");
            yaml.Entry("kind", "PrometheusRule");
            yaml.Key("metadata");
            yaml.Map(() =>
            {
                yaml.Entry("name", "cordum-nats");
                if (labels.Count > 0)
                    yaml.Entries("labels", labels);
            });
            yaml.Key("spec");
            yaml.Map(() => Groups(yaml, groups));
        }));
    }

    private static void Groups(Yaml yaml, IReadOnlyList<RuleGroup> groups)
    {
        yaml.Key("groups");
        yaml.List(groups, group => yaml.Map(() =>
        {
            yaml.Entry("name", group.Name);
            yaml.Comment(group.Why);
            yaml.Entry("interval", Promql.Duration(group.Interval));
            yaml.Key("rules");
            yaml.List(group.Rules, rule => yaml.Map(() => Rule(yaml, rule)));
        }));
    }

    private static void Rule(Yaml yaml, Rule rule)
    {
        var alerting = rule as AlertingRule;
        yaml.Entry(alerting is null ? "record" : "alert", alerting?.Alert ?? ((RecordingRule)rule).Record);
        yaml.Comment(rule.Why);
        yaml.Entry("expr", rule.Expression);
        if (alerting?.For > TimeSpan.Zero)
            yaml.Entry("for", Promql.Duration(alerting.For));
        if (alerting?.KeepFiringFor > TimeSpan.Zero)
            yaml.Entry("keep_firing_for", Promql.Duration(alerting.KeepFiringFor));
        if (rule.Labels.Count > 0)
            yaml.Entries("labels", rule.Labels);
        if (alerting is not null)
            yaml.Entries("annotations", [new("summary", alerting.Summary), new("description", alerting.Description), new("runbook_url", alerting.Runbook)]);
    }

    private static string Document(string header, Action<Yaml> write)
    {
        var text = new StringWriter { NewLine = "\n" };
        foreach (var line in header.Split('\n'))
            text.WriteLine($"# {line}".TrimEnd());
        var yaml = new Yaml(text);
        write(yaml);
        yaml.End();
        return Spaced(text.ToString());
    }

    /// <summary>An empty line before each group and each rule, which the emitter has no event for. No line of an expression begins as these do.</summary>
    private static string Spaced(string yaml) => string.Join('\n', yaml.Split('\n').SelectMany(line => Begins(line) ? new[] { "", line } : [line]));

    private static bool Begins(string line) =>
        line.TrimStart() is var start && ((string[])["- name: ", "- record: ", "- alert: "]).Any(item => start.StartsWith(item, StringComparison.Ordinal));

    /// <summary>The emitter's events, by what they are for.</summary>
    private sealed class Yaml
    {
        private readonly Emitter _emitter;

        public Yaml(TextWriter text)
        {
            // No line is broken where its author did not.
            _emitter = new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue).WithNewLine("\n"));
            _emitter.Emit(new StreamStart());
            _emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        }

        public void End()
        {
            _emitter.Emit(new DocumentEnd(isImplicit: true));
            _emitter.Emit(new StreamEnd());
        }

        public void Map(Action entries)
        {
            _emitter.Emit(new MappingStart());
            entries();
            _emitter.Emit(new MappingEnd());
        }

        public void List<T>(IEnumerable<T> items, Action<T> write)
        {
            _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
            foreach (var item in items)
                write(item);
            _emitter.Emit(new SequenceEnd());
        }

        public void Key(string key) => _emitter.Emit(new Scalar(key));

        public void Entry(string key, string value)
        {
            Key(key);
            _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, value.Contains('\n') ? ScalarStyle.Literal : ScalarStyle.Any, isPlainImplicit: true, isQuotedImplicit: true));
        }

        public void Entries(string key, IEnumerable<KeyValuePair<string, string>> entries)
        {
            Key(key);
            Map(() =>
            {
                foreach (var (name, value) in entries)
                    Entry(name, value);
            });
        }

        public void Comment(string text)
        {
            foreach (var line in Lines(text))
                _emitter.Emit(new Comment(line, isInline: false));
        }

        private static IEnumerable<string> Lines(string text)
        {
            var line = "";
            foreach (var word in text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > CommentWidth)
                {
                    yield return line;
                    line = "";
                }

                line = line.Length == 0 ? word : $"{line} {word}";
            }

            if (line.Length > 0)
                yield return line;
        }
    }
}
