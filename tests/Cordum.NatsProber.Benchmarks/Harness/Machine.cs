using System.Globalization;
using System.Runtime.InteropServices;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>The machine that was measured on, for who compares.</summary>
internal static class Machine
{
    /// <summary>Processors, memory, system, runtime and the programs' versions, in one phrase.</summary>
    public static string Describe(BenchmarkTools tools)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors ({Processor()}), {memory:0} GB, Linux {Environment.OSVersion.Version.ToString(2)}, {RuntimeInformation.FrameworkDescription}, nats-server {BenchmarkTools.VersionOf(tools.NatsServer)}, Prometheus {BenchmarkTools.VersionOf(tools.Prometheus)}, blackbox exporter {BenchmarkTools.VersionOf(tools.BlackboxExporter)}");
    }

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());
}
