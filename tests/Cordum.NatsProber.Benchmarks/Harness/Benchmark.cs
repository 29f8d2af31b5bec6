using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>How a benchmark is to be run.</summary>
/// <param name="IsBrief">Fewer rounds and shorter: to see that it works.</param>
/// <param name="Tools">The programs to run it with.</param>
internal sealed record BenchmarkSetting(bool IsBrief, BenchmarkTools Tools)
{
    /// <summary>One of two, by <see cref="IsBrief"/>.</summary>
    public T Choose<T>(T full, T brief) => IsBrief ? brief : full;
}

/// <summary>One benchmark.</summary>
/// <param name="Name">What it is called on the command line, and on the page's markers.</param>
/// <param name="Title">The heading of its section.</param>
/// <param name="RunAsync">Runs it. The result is markdown: tables, and what they mean.</param>
/// <param name="NeedsEarlierBuild">It is left out of all where there is no earlier build to set this one beside.</param>
internal sealed partial record Benchmark(string Name, string Title, Func<BenchmarkSetting, CancellationToken, Task<string>> RunAsync, bool NeedsEarlierBuild = false)
{
    /// <summary>Runs it.</summary>
    /// <returns>Its section of the page.</returns>
    public async Task<string> SectionAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        Progress.Say($"{Name} begins");
        var body = await RunAsync(setting, stop);
        var took = Stopwatch.GetElapsedTime(started);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## {Title}\n\n{ManyEmptyLines().Replace(body.Trim(), "\n\n")}\n\n*Reproduce with `{(NeedsEarlierBuild ? $"NATSPROBER_EARLIER={Environment.GetEnvironmentVariable("NATSPROBER_EARLIER")} " : "")}eng/bench.sh {Name}{(setting.IsBrief ? " --brief" : "")}`; it took {took.TotalMinutes:0.#} min, on {DateTime.UtcNow:yyyy-MM-dd}, on {Machine.Describe(setting.Tools)}.*\n");
    }

    [GeneratedRegex("\n{3,}")]
    private static partial Regex ManyEmptyLines();
}

/// <summary>Tells how far it is, on standard error.</summary>
internal static class Progress
{
    private static readonly long Started = Stopwatch.GetTimestamp();

    /// <summary>One line, with the time since the start.</summary>
    public static void Say(string what) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(Started).TotalSeconds,6:0.0}] {what}"));
}
