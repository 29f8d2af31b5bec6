using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Probe files for tests.</summary>
internal static class ProbeFiles
{
    public const double EverySeconds = 1;
    public const double TimeoutSeconds = 0.5;

    /// <summary>The cluster's brokers, each with its name, at the default pace.</summary>
    public static string Of(LabCluster cluster, string extra = "") => Of(cluster.Brokers.Select(b => (b.Name, b.Url, (string?)b.Name)), extra);

    public static string Of(IEnumerable<(string Name, string Url, string? ServerName)> endpoints, string extra = "", string request = "{ every: 1s, timeout: 500ms }") => $$"""
        cluster: test
        endpoints:
        {{string.Join('\n', endpoints.Select(e => $"  - {{ name: {e.Name}, url: \"{e.Url}\"{(e.ServerName is null ? "" : $", serverName: {e.ServerName}")} }}"))}}
        probes:
          request: {{request}}
        {{extra}}
        """;
}
