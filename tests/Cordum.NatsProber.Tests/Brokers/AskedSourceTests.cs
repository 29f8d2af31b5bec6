using Cordum.NatsProber.Brokers;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Every question ends in time, and is counted once.</summary>
public sealed class AskedSourceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private MonitorReply? _reply = ScriptedSource.Page("{}");
    private readonly ScriptedSource _scripted;
    private readonly AskedSource _source;

    public AskedSourceTests()
    {
        _scripted = new(SourceKind.Monitor, _ => _reply);
        _source = new(_scripted, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<MonitorReply> AskAsync(bool isAnswer = true, CancellationToken? stop = null) => _source.AskAsync(BrokerQuestion.Varz, _ => isAnswer, Limit, stop ?? Stop);

    private string Counts() => string.Join(' ', Enum.GetValues<QueryOutcome>().Where(outcome => _source.Count(outcome) > 0).Select(outcome => $"{outcome}={_source.Count(outcome)}"));

    [Fact]
    public void Before_the_first_question_it_is_not_up() => Assert.Equal((false, "", SourceKind.Monitor), (_source.IsUp, Counts(), _source.Kind));

    [Fact]
    public async Task An_answer_is_counted_and_means_up()
    {
        Assert.Same(_reply, await AskAsync());

        Assert.Equal((true, "Ok=1"), (_source.IsUp, Counts()));
    }

    public static TheoryData<string, QueryOutcome> Failures => new()
    {
        { "unreachable", QueryOutcome.Unreachable },
        { "timeout", QueryOutcome.Timeout },
        { "denied", QueryOutcome.Denied },
        { "tls", QueryOutcome.Tls },
        { "malformed", QueryOutcome.Malformed },
        { "401", QueryOutcome.Denied },
        { "403", QueryOutcome.Denied },
        { "407", QueryOutcome.Denied },
        { "none of it", QueryOutcome.Malformed },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Everything_else_is_counted_as_what_it_is_and_means_down(string what, QueryOutcome outcome)
    {
        await AskAsync();
        _reply = what switch
        {
            "none of it" => ScriptedSource.Page("<html>"),
            _ when int.TryParse(what, out var status) => new MonitorReply.Answered(status, default),
            _ => new MonitorReply.Failed(Enum.Parse<BrokerView>(what, ignoreCase: true), what),
        };

        Assert.Same(_reply, await AskAsync(isAnswer: false));

        Assert.Equal((false, 1L, 1L), (_source.IsUp, _source.Count(outcome), _source.Count(QueryOutcome.Ok)));
        Assert.Equal(2, Enum.GetValues<QueryOutcome>().Sum(_source.Count));
    }

    [Fact]
    public async Task A_question_that_hangs_ends_at_its_limit()
    {
        _reply = null;
        var asking = AskAsync();

        _time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new MonitorReply.Failed(BrokerView.Timeout, "no whole answer within 2000 ms"), await asking);
        Assert.Equal((false, "Timeout=1", 0), (_source.IsUp, Counts(), _scripted.Hanging));
    }

    [Fact]
    public async Task A_question_that_is_taken_back_throws_and_is_counted()
    {
        _reply = null;
        using var stop = new CancellationTokenSource();
        var asking = AskAsync(stop: stop.Token);

        await stop.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(stop.Token, thrown.CancellationToken);
        Assert.Equal(("Timeout=1", 0), (Counts(), _scripted.Hanging));
    }

    [Fact]
    public async Task Several_askers_are_bounded_each_and_counted_all()
    {
        _reply = null;
        var asking = Enumerable.Range(0, 50).Select(_ => AskAsync()).ToList();

        _time.Advance(Limit);
        await Task.WhenAll(asking);

        Assert.Equal("Timeout=50", Counts());
    }
}
