using System.Globalization;
using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>What an editor's YAML 1.2 makes of a document before it holds it to the schema. Shares no code with the reader.</summary>
internal static class YamlAsJson
{
    public static JToken Convert(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Convert(stream.Documents.Single().RootNode);
    }

    private static JToken Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JObject(map.Children.Select(c => new JProperty(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
        YamlSequenceNode list => new JArray(list.Children.Select(Convert)),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => new JValue(text.Value),
        YamlScalarNode { Value: "" or "null" or "~" } => JValue.CreateNull(),
        YamlScalarNode { Value: "true" or "false" } flag => new JValue(flag.Value == "true"),
        YamlScalarNode { Value: var plain } when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) => new JValue(n),
        YamlScalarNode { Value: var plain } when double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) => new JValue(n),
        YamlScalarNode text => new JValue(text.Value),
        _ => throw new NotSupportedException(node.GetType().Name),
    };
}
