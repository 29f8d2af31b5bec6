using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Microsoft.Extensions.Logging;

namespace Cordum.NatsProber.Tests.RoundTrips;

/// <summary>One line for each change, and times that fit into the interval.</summary>
public sealed class JetStreamTellingTests
{
    private readonly Lines _log = new();

    [Fact]
    public void Each_change_of_outcome_is_told_once_and_the_end_with_its_length()
    {
        var telling = new JetStreamTelling("c", "jetstream", _log);
        Outcome[] ticks =
        [
            Outcome.Success, Outcome.NoLeader, Outcome.NoLeader, Outcome.Indeterminate, Outcome.NoQuorum, Outcome.Missed, Outcome.NoQuorum,
            Outcome.NoSpace, Outcome.NotEnabled, Outcome.Timeout, Outcome.Error, Outcome.Disconnected, Outcome.Success, Outcome.Success,
        ];
        for (var i = 0; i < ticks.Length; i++)
            telling.Tell(new(ticks[i], Detail: $"why {i}"), TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i + 0.25));

        Assert.Equal([71, 70, 72, 73, 74, 75, 76, 77], _log.Written.Select(line => line.Id));
        Assert.Equal("c jetstream: JetStream has no leader: why 1", _log.Written[0].Text);
        Assert.Equal("c jetstream: JetStream works again after 11.25 s", _log.Written[^1].Text);
        Assert.False(telling.IsAway);
    }

    [Theory]
    [InlineData(10_000, 2_000, 1_000, 5_000)]
    [InlineData(1_000, 500, 400, 500)]
    [InlineData(1_000, 10, 792, 198)]
    [InlineData(3_600_000, 30_000, 1_000, 30_000)]
    public void A_failed_tick_ends_before_the_next_is_due(int every, int timeout, int extra, int setup)
    {
        var vantage = new JetStreamVantage(
            "p", "c", new JetStreamProbe { Every = TimeSpan.FromMilliseconds(every), Timeout = TimeSpan.FromMilliseconds(timeout) }, () => null, _ => null, () => (0, 0));

        Assert.Equal(extra, vantage.Extra.TotalMilliseconds, 3);
        Assert.Equal(setup, vantage.Setup.TotalMilliseconds, 3);
        Assert.True(vantage.Extra + vantage.Settings.Timeout < vantage.Settings.Every);
    }

    private sealed class Lines : ILogger
    {
        public List<(int Id, string Text)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((eventId.Id, formatter(state, exception)));
    }
}
