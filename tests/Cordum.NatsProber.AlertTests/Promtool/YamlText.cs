using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>YAML read into nodes, changed, and written again with every scalar's style, on which it depends whether it is a number or a text.</summary>
internal static class YamlText
{
    public static YamlMappingNode Read(string file)
    {
        using var reader = new StreamReader(file);
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    public static string Write(YamlNode node)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(node)).Save(writer, assignAnchors: false);
        // The end of a document is marked, which would end the file that this becomes a part of.
        return writer.ToString().TrimEnd('.', '\n') + "\n";
    }

    /// <summary>What is there under the key; empty if nothing is.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode node, string key) => Find(node, key) is YamlSequenceNode found ? found : [];

    /// <summary>The text under the key, or null.</summary>
    public static string? Text(this YamlNode node, string key) => (Find(node, key) as YamlScalarNode)?.Value;

    /// <summary>The keys and texts of the mapping under the key; empty if there is none.</summary>
    public static IEnumerable<(string Key, YamlScalarNode Value)> Pairs(this YamlNode node, string key) =>
        Find(node, key) is YamlMappingNode found ? found.Select(pair => (((YamlScalarNode)pair.Key).Value!, (YamlScalarNode)pair.Value)) : [];

    public static YamlNode? Find(this YamlNode node, string key) => node is YamlMappingNode mapping && mapping.Children.TryGetValue(key, out var found) ? found : null;

    /// <summary>The line of the file on which a line of the scalar's text stands. A block's text begins below its <c>|</c>.</summary>
    public static int LineOf(this YamlScalarNode scalar, int lineOfText) =>
        (int)scalar.Start.Line + lineOfText + (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded ? 1 : 0);
}
