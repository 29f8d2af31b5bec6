using System.Globalization;
using System.Text.Json;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>Reads outages out of the prober's log.</summary>
internal static class ProberTale
{
    /// <summary>The outages of the links to brokers; not of those that fail over.</summary>
    /// <param name="log">The log, oldest line first.</param>
    /// <param name="clock">Puts wall time on the benchmark's clock.</param>
    public static IEnumerable<ToldOutage> Of(IEnumerable<ProberLogLine> log, Func<DateTimeOffset, TimeSpan> clock)
    {
        var losses = new Dictionary<(string, string), TimeSpan>();
        var reconnects = new Dictionary<(string, string), TimeSpan>();
        foreach (var line in log.Where(line => line.EventId is LinkLogEvents.Disconnected or LinkLogEvents.Reconnected or LinkLogEvents.OutageEnded))
        {
            var link = (Cluster: Text("Cluster"), Endpoint: Text("Endpoint"));
            if (link.Endpoint == ClusterAccess.FailoverEndpoint)
                continue;
            switch (line.EventId)
            {
                case LinkLogEvents.Disconnected:
                    losses[link] = At("At");
                    break;
                case LinkLogEvents.Reconnected:
                    reconnects[link] = Seconds("AfterSeconds")!.Value;
                    break;
                default:
                    yield return new(link.Cluster, link.Endpoint, At("StartedAt"), At("EndedAt"), Seconds("LengthSeconds")!.Value)
                    {
                        Minimum = Seconds("MinimumSeconds"),
                        Maximum = Seconds("MaximumSeconds"),
                        Lost = losses.Remove(link, out var lost) ? lost : null,
                        Reconnect = reconnects.Remove(link, out var after) ? after : null,
                    };
                    break;
            }

            string Text(string name) => line.State.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : line.State.GetProperty(name).GetRawText();
            TimeSpan At(string name) => clock(DateTimeOffset.Parse(Text(name), CultureInfo.InvariantCulture));
            TimeSpan? Seconds(string name) => double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        }
    }
}
