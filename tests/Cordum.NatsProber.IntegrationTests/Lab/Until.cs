using System.Diagnostics;

namespace Cordum.NatsProber.IntegrationTests.Lab;

/// <summary>Waits for conditions.</summary>
internal static class Until
{
    /// <summary>Completes when the condition holds; fails the test when it does not within the limit.</summary>
    public static async Task TrueAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                Assert.Fail($"not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
