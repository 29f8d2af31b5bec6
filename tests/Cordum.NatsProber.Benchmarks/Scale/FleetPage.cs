using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What one scrape says of every link of a <see cref="Fleet"/>, link by link.</summary>
/// <param name="fleet">The links.</param>
internal sealed class FleetPage(Fleet fleet)
{
    /// <summary>When it was asked for, on <see cref="Stopwatch"/>'s clock.</summary>
    public long AskedAt { get; init; }

    /// <summary>What reading it cost.</summary>
    public ScrapeCost Cost { get; private set; }

    /// <summary><c>disconnect_total</c>.</summary>
    public long[] Disconnects { get; } = new long[fleet.Links];

    /// <summary><c>reconnect_total</c>.</summary>
    public long[] Reconnects { get; } = new long[fleet.Links];

    /// <summary>The disconnects for which no socket ended: <c>cause="timeout"</c>.</summary>
    public long[] Silences { get; } = new long[fleet.Links];

    /// <summary><c>connected</c>.</summary>
    public long[] Connected { get; } = new long[fleet.Links];

    /// <summary>Outages that have ended.</summary>
    public long[] Outages { get; } = new long[fleet.Links];

    /// <summary>1 where an outage lasts.</summary>
    public long[] InOutage { get; } = new long[fleet.Links];

    /// <summary>Requests of every outcome.</summary>
    public long[] Ticks { get; } = new long[fleet.Links];

    /// <summary>Requests that succeeded.</summary>
    public long[] Successes { get; } = new long[fleet.Links];

    /// <summary>All requests by outcome.</summary>
    public Dictionary<string, long> ByOutcome { get; } = [];

    /// <summary>The series without the labels of a link that tell of the process.</summary>
    public Dictionary<string, double> OfProcess { get; } = [];

    /// <summary>Scrapes.</summary>
    public static async Task<FleetPage> ReadAsync(Fleet fleet, Uri metrics, CancellationToken stop)
    {
        var page = new FleetPage(fleet) { AskedAt = Stopwatch.GetTimestamp() };
        page.Cost = await MetricsStream.ReadAsync(metrics, page.Take, stop);
        return page;
    }

    /// <summary>The links of which the law of parity does not hold.</summary>
    public IEnumerable<int> Unequal() => Enumerable.Range(0, fleet.Links).Where(link => Disconnects[link] - Reconnects[link] != 1 - Connected[link]);

    /// <summary>Takes one sample.</summary>
    internal void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> value)
    {
        if (!name.StartsWith("cordum_nats_"u8))
        {
            if (labels.IndexOf((byte)',') < 0 && (name.StartsWith("dotnet_"u8) || name.StartsWith("process_"u8)))
                OfProcess[Encoding.ASCII.GetString(name)] = Number(value);
            return;
        }

        switch (name["cordum_nats_".Length..])
        {
            case var series when series.SequenceEqual("disconnect_total"u8):
                Set(Disconnects, labels, value);
                break;
            case var series when series.SequenceEqual("reconnect_total"u8):
                Set(Reconnects, labels, value);
                break;
            case var series when series.SequenceEqual("disconnect_cause_total"u8):
                if (MetricsStream.Label(labels, "cause=\""u8).SequenceEqual("timeout"u8))
                    Set(Silences, labels, value);
                break;
            case var series when series.SequenceEqual("connected"u8):
                Set(Connected, labels, value);
                break;
            case var series when series.SequenceEqual("outage_duration_seconds_count"u8):
                Set(Outages, labels, value);
                break;
            case var series when series.SequenceEqual("outage_start_timestamp_seconds"u8):
                Set(InOutage, labels, Number(value) == 0 ? "0"u8 : "1"u8);
                break;
            case var series when series.SequenceEqual("probe_total"u8):
                TakeTicks(labels, value);
                break;
        }
    }

    private void TakeTicks(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> value)
    {
        if (!MetricsStream.Label(labels, "probe=\""u8).SequenceEqual("request"u8) || Link(labels) is not (>= 0 and var link))
            return;
        var outcome = Encoding.ASCII.GetString(MetricsStream.Label(labels, "outcome=\""u8));
        var ticks = (long)Number(value);
        Ticks[link] += ticks;
        if (outcome == "success")
            Successes[link] = ticks;
        ByOutcome[outcome] = ByOutcome.GetValueOrDefault(outcome) + ticks;
    }

    private void Set(long[] values, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> value)
    {
        if (Link(labels) is >= 0 and var link)
            values[link] = (long)Number(value);
    }

    private int Link(ReadOnlySpan<byte> labels) =>
        fleet.LinkOf(MetricsStream.Label(labels, "cluster=\""u8), MetricsStream.Label(labels, "endpoint=\""u8));

    private static double Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length ? number : throw new FormatException(Encoding.ASCII.GetString(text));
}
