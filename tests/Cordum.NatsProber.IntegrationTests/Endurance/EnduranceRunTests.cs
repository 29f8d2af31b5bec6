using Cordum.NatsProber.Benchmarks.Endurance;

namespace Cordum.NatsProber.IntegrationTests.Endurance;

/// <summary>The benchmark of endurance in its short form, as a test.</summary>
public sealed class EnduranceRunTests
{
    [Fact]
    public async Task Three_minutes_of_random_faults_at_500_endpoints_leave_every_counter_exact_and_memory_flat()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"the faults' seed is {seed}");

        var result = await EnduranceRun.RunAsync(EnduranceSetting.Brief(NatsServers.Any, seed), TestContext.Current.CancellationToken);

        Assert.True(result.Breaches.Count == 0, $"seed {seed}, {result.Breaches.Count} breaches:\n{string.Join('\n', result.Breaches.Take(20))}");
        Assert.All(result.Flat, one => Assert.True(one.IsFlat, $"seed {seed}: {one}"));
        // Faults there were: ten brokers, each with one every half a minute or so.
        Assert.True(result.Faults.Count >= 20, $"seed {seed}: {result.Faults.Count} faults");
        Assert.Equal(result.Faults.Count * result.Setting.Endpoints / 10, result.Disconnects);
    }
}
