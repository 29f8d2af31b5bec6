using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>The inquests of a cluster of one watched broker, <c>n1</c>, on a clock that the test moves.</summary>
internal sealed class InquestRig : ILogger<Inquests>, IAsyncDisposable
{
    public static readonly LinkIdentity Pinned = new("c", "n1", "endpoint");
    public static readonly LinkIdentity FailingOver = new("c", "_cluster", "cluster");

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public InquestRig(params IReadOnlyList<IBrokerSource> sources)
    {
        Clock = new ProberClock(Time);
        var record = new StallRecord();
        var stalls = new StallWatch(Clock, record);
        stalls.Dispose();
        record.Woke(TimeSpan.FromDays(1));
        Stalls = record;
        Watch = new BrokerWatch(
            Pinned,
            [.. sources.Select(source => new AskedSource(source, Time))],
            new BrokerProbeTimes(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(2)),
            static () => null,
            stalls,
            Clock,
            Time,
            NullLoggerFactory.Instance);
        var cluster = new InquestCluster("c", broker => broker.ServerName == "s1" ? "n1" : null, static _ => null, endpoint => endpoint == "n1" ? Watch : null, static endpoint => $"link of {endpoint}", (_, _) => HearsBrokers ? () => HearsBrokers : null, Announcements);
        Inquests = new Inquests(cluster, History, stalls, Clock, Time, this);
        Time.Advance(TimeSpan.FromMinutes(10));
        _running = Inquests.RunAsync(_stop.Token);
    }

    public FakeTimeProvider Time { get; } = new();

    public ProberClock Clock { get; }

    public StallRecord Stalls { get; }

    public BrokerWatch Watch { get; }

    public DisconnectHistory History { get; } = new DisconnectMemory().Open();

    public Announcements Announcements { get; } = new();

    public bool HearsBrokers { get; set; }

    public Inquests Inquests { get; }

    public List<string> Faults { get; } = [];

    public List<string> Verdicts { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static BrokerInfo Broker(string serverId, string name = "s1") => new() { ServerId = serverId, ServerName = name, ClientId = 7 };

    /// <summary>The link was lost now.</summary>
    public void Lose(DisconnectCause cause = DisconnectCause.Eof, LinkIdentity? link = null, BrokerInfo? broker = null, bool wasOpen = true) =>
        Inquests.Hears(link ?? Pinned, new LinkNews.Lost(new LinkLoss
        {
            Link = link ?? Pinned,
            Broker = wasOpen ? broker ?? Broker(Story.Old) : null,
            Cause = cause,
            Words = null,
            EndedByUs = false,
            WentSilent = false,
            LastGood = Clock.Now - TimeSpan.FromSeconds(1),
            Began = Clock.Now,
            At = Clock.Now,
            Detail = "as the client saw it",
        }));

    /// <summary>The link is open now.</summary>
    public void Open(string serverId = Story.Old, LinkIdentity? link = null, string name = "s1") =>
        Inquests.Hears(link ?? Pinned, new LinkNews.Opened(Broker(serverId, name), Clock.Now, Clock.Now));

    /// <summary>Lets time pass, so fast as the inquests keep up, until something is so.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 20_000 && !holds(); i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(1), Stop);
        }

        Assert.True(holds(), "it never came to be");
    }

    /// <summary>Lets so much time pass.</summary>
    public Task PassAsync(TimeSpan time)
    {
        var until = Clock.Now + time;
        return UntilAsync(() => Clock.Now >= until);
    }

    /// <summary>Waits, while no time passes, until something is so.</summary>
    public static async Task NowAsync(Func<bool> holds)
    {
        for (var i = 0; i < 10_000 && !holds(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(1), Stop);
        Assert.True(holds(), "it never came to be");
    }

    public async Task<JudgedDisconnect> VerdictAsync()
    {
        await UntilAsync(() => History.Latest.Count > 0);
        return Assert.Single(History.Latest);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Faults)
            (logLevel == LogLevel.Error ? Faults : Verdicts).Add($"{formatter(state, exception)} {exception?.Message}".Trim());
    }
}
