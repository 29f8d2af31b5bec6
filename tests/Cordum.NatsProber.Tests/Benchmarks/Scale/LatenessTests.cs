using Cordum.NatsProber.Benchmarks.Scale;
using Cordum.NatsProber.Scheduling;

namespace Cordum.NatsProber.Tests.Benchmarks.Scale;

public sealed class LatenessTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(-5, -5)] // fired ahead with its batch
    [InlineData(499, 499)]
    [InlineData(501, -499)] // nearer to the next
    [InlineData(3020, 20)]
    public void It_is_told_from_the_nearest_due_time(int milliseconds, int expected)
    {
        foreach (var phase in new[] { 0, 3, 500, 999 })
        {
            var due = TickPhase.FirstAfter(new(2026, 11, 24, 1, 2, 3, TimeSpan.Zero), TimeSpan.FromMilliseconds(phase), Every);

            var late = Lateness.Of(due.AddMilliseconds(milliseconds), TimeSpan.FromMilliseconds(phase), Every);

            Assert.Equal(expected, late.TotalMilliseconds);
        }
    }
}
