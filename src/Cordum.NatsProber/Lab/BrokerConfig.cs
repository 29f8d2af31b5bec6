using System.Text;

namespace Cordum.NatsProber.Lab;

/// <summary>The text of a broker's configuration file.</summary>
internal static class BrokerConfig
{
    public static string Text(LabOptions options, LabBrokerPlan broker, IEnumerable<LabBrokerPlan> all)
    {
        var text = new StringBuilder();
        text.Append(
            $"""
             server_name: {Quoted(broker.Name)}
             listen: "127.0.0.1:{broker.ClientPort}"
             http: "127.0.0.1:{broker.MonitorPort}"

             # A broker writes this file when all its listeners are open: that is how the lab knows that it is ready.
             ports_file_dir: {Quoted(broker.Folder)}

             # 30s is the least that nats-server accepts. Few clients are closed much sooner: one each second at most, after the grace period.
             lame_duck_duration: "30s"
             lame_duck_grace_period: "1s"

             """);
        if (options.JetStream)
            text.Append($"\njetstream {{ store_dir: {Quoted(Path.Combine(broker.Folder, "jetstream"))} }}\n");
        if (options.Cluster)
        {
            // Not a route to itself: the broker would dial it, find out, and log an error.
            var routes = all.Where(other => other.Name != broker.Name).Select(other => $"\"nats://127.0.0.1:{other.RoutePort}\"");
            text.Append(
                $$"""

                  cluster {
                    name: {{Quoted(options.ClusterName)}}
                    listen: "127.0.0.1:{{broker.RoutePort}}"
                    routes: [{{string.Join(", ", routes)}}]
                  }

                  """);
        }

        foreach (var extra in new[] { options.ExtraConfig, options.BrokerConfig?.Invoke(broker) })
        {
            if (!string.IsNullOrWhiteSpace(extra))
                text.Append('\n').Append(extra.Trim()).Append('\n');
        }

        return text.ToString();
    }

    private static string Quoted(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
