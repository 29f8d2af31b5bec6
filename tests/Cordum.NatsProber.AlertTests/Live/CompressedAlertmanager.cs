using System.Globalization;
using Cordum.NatsProber.Probes;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Live;

/// <summary>The shipped Alertmanager configuration as a test runs it: the same routes and inhibitions, shorter times, and the test's pager for every receiver.</summary>
internal static class CompressedAlertmanager
{
    private static readonly string[] Times = ["group_wait", "group_interval", "repeat_interval"];

    /// <param name="shipped">The text of deploy/alertmanager/alertmanager.yml.</param>
    /// <param name="factor">What its times are divided by.</param>
    /// <param name="urlFor">Where to post, for the name of a receiver.</param>
    public static string Of(string shipped, double factor, Func<string, string> urlFor)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(shipped));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        Compress(root["route"], factor);
        foreach (var receiver in ((YamlSequenceNode)root["receivers"]).Cast<YamlMappingNode>())
        {
            var name = receiver["name"];
            receiver.Children.Clear();
            receiver.Add("name", name);
            receiver.Add("webhook_configs", new YamlSequenceNode(new YamlMappingNode("url", urlFor(((YamlScalarNode)name).Value!), "send_resolved", "true")));
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        yaml.Save(text, assignAnchors: false);
        return text.ToString();
    }

    private static void Compress(YamlNode node, double factor)
    {
        if (node is YamlSequenceNode several)
        {
            foreach (var child in several)
                Compress(child, factor);
        }
        else if (node is YamlMappingNode route)
        {
            foreach (var key in Times)
            {
                if (route.Children.TryGetValue(key, out var value) && Durations.Parse(((YamlScalarNode)value).Value!) is { } time)
                    route.Children[key] = new YamlScalarNode(string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling((time / factor).TotalMilliseconds)}ms"));
            }

            if (route.Children.TryGetValue("routes", out var routes))
                Compress(routes, factor);
        }
    }
}
