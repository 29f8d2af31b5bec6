using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Metrics;

/// <summary>Where the ticks of one probe are counted, each once.</summary>
internal interface ITickSeries
{
    /// <summary>A tick was run and has ended.</summary>
    void Completed(TickResult result, DateTimeOffset at);

    /// <summary>Ticks were due and not run.</summary>
    void Missed(long ticks);
}
