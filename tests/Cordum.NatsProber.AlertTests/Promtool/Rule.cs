using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>One rule of a rule file.</summary>
/// <param name="Number">Its place in the file, from 0.</param>
/// <param name="Group">The name of its group.</param>
/// <param name="Node">It, as it stands in the file.</param>
internal sealed record Rule(int Number, string Group, YamlMappingNode Node)
{
    private readonly Lazy<string> _text = new(() => Written(Node));

    /// <summary>The alert's or the recording's.</summary>
    public string Name => Node.Text("alert") ?? Node.Text("record")!;

    /// <summary>Tells apart rules of one name, by their labels.</summary>
    public string Id
    {
        get
        {
            var labels = Labels.Select(label => $"{label.Key}={label.Value.Value}").ToArray();
            return labels.Length == 0 ? Name : $"{Name}{{{string.Join(',', labels)}}}";
        }
    }

    public bool IsAlert => Node.Text("alert") is not null;

    public int Line => (int)Node.Start.Line;

    public YamlScalarNode Expression => (YamlScalarNode)Node.Find("expr")!;

    public IEnumerable<(string Key, YamlScalarNode Value)> Labels => Node.Pairs("labels");

    /// <summary>It, as an item of a list of rules.</summary>
    public string Text => _text.Value;

    /// <summary>What has been made of the node, as an item of a list of rules.</summary>
    public static string Written(YamlMappingNode node) => $"  {YamlText.Write(new YamlSequenceNode(node)).TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
}
