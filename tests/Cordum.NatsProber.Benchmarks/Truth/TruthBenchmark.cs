using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>Hundreds of faults of known length on real brokers, and what the prober and others tell of them.</summary>
internal static class TruthBenchmark
{
    /// <summary>The environment variable with the seed of the dice; without it there is a new one each time.</summary>
    public const string SeedVariable = "NATSPROBER_TRUTH_SEED";

    /// <summary>Runs it.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        Progress.Say(string.Create(CultureInfo.InvariantCulture, $"the seed is {seed}"));
        await using var field = await TruthField.StartAsync(setting, seed, stop);
        return TruthReport.Of(await field.RunAsync(stop));
    }
}
