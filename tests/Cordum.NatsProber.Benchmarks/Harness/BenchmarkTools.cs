using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>The programs that a benchmark runs beside the product, as eng/bench.sh names them in the environment.</summary>
/// <param name="NatsServer">nats-server.</param>
/// <param name="Prometheus">Prometheus.</param>
/// <param name="BlackboxExporter">Prometheus's blackbox exporter.</param>
internal sealed partial record BenchmarkTools(string NatsServer, string Prometheus, string BlackboxExporter)
{
    /// <summary>The product, as it was built with this program.</summary>
    public static string NatsProber { get; } = Path.Combine(AppContext.BaseDirectory, "natsprober");

    /// <summary>An earlier build of it, to set this one beside.</summary>
    public static string? Earlier { get; } = Environment.GetEnvironmentVariable("NATSPROBER_EARLIER_BINARY") is { Length: > 0 } named ? named : null;

    /// <summary>Reads the environment.</summary>
    /// <exception cref="InvalidOperationException">Something is not named there.</exception>
    public static BenchmarkTools Find() => new(
        Named("NATSPROBER_NATS_SERVER"),
        Path.Combine(Named("NATSPROBER_PROMETHEUS"), "prometheus"),
        Path.Combine(Named("NATSPROBER_BLACKBOX"), "prometheus-blackbox-exporter"));

    /// <summary>The version that a program says it has.</summary>
    public static string VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return Version().Match(said) is { Success: true } match ? match.Value : throw new InvalidOperationException($"{program} does not tell its version: {said}");
    }

    private static string Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: run eng/bench.sh, which fetches the programs and names them.");

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Version();
}
