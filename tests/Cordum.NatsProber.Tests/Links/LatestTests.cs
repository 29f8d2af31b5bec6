using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

public sealed class LatestTests
{
    private readonly Latest<string> _latest = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void There_is_nothing_at_first()
    {
        Assert.Null(_latest.Value);
        Assert.False(_latest.WaitAsync(Stop).IsCompleted);
    }

    [Fact]
    public async Task Who_waits_gets_the_next_value()
    {
        var waiting = new[] { _latest.WaitAsync(Stop), _latest.WaitAsync(Stop) };
        _latest.Set("a");

        Assert.Equal(["a", "a"], await Task.WhenAll(waiting));
        Assert.Equal("a", _latest.Value);
    }

    [Fact]
    public async Task While_there_is_a_value_nobody_waits()
    {
        _latest.Set("a");
        Assert.True(_latest.WaitAsync(Stop).IsCompletedSuccessfully);

        _latest.Set("b");
        Assert.Equal("b", await _latest.WaitAsync(Stop));
        Assert.Equal("b", _latest.Value);
    }

    [Fact]
    public async Task After_it_is_gone_who_waits_gets_the_next_one()
    {
        _latest.Set("a");
        _latest.Clear();
        Assert.Null(_latest.Value);
        var waiting = _latest.WaitAsync(Stop);
        Assert.False(waiting.IsCompleted);

        _latest.Set("b");
        Assert.Equal("b", await waiting);
    }

    [Fact]
    public async Task Clearing_nothing_leaves_those_who_wait()
    {
        var waiting = _latest.WaitAsync(Stop);
        _latest.Clear();
        _latest.Set("a");

        Assert.Equal("a", await waiting);
    }

    [Fact]
    public async Task One_that_waits_may_give_up_without_the_others()
    {
        using var impatient = new CancellationTokenSource();
        var gone = _latest.WaitAsync(impatient.Token);
        var waiting = _latest.WaitAsync(Stop);
        await impatient.CancelAsync();
        _latest.Set("a");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal("a", await waiting);
    }

    /// <summary>The writer holds the link's lock: what others do with the value must not run within it.</summary>
    [Fact]
    public async Task Who_waited_goes_on_elsewhere_than_within_Set()
    {
        using var set = new ManualResetEventSlim();
        async Task<bool> ReadAsync()
        {
            await _latest.WaitAsync(Stop).ConfigureAwait(false);
            return set.Wait(TimeSpan.FromSeconds(5), Stop);
        }

        var reading = ReadAsync();
        _latest.Set("a");
        set.Set();

        Assert.True(await reading);
    }
}
