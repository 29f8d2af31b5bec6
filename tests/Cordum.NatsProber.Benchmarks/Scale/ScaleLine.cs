using System.Globalization;
using System.Text;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>Whether cost grows linearly: the line, and how far each size is off it.</summary>
internal static class ScaleLine
{
    private const int ChartWidth = 60;

    /// <summary>A table, and a chart for the eye.</summary>
    public static string Of(IReadOnlyList<ScaleReading> readings)
    {
        var cpu = LeastSquares.Of([.. readings.Select(reading => ((double)reading.Fleet.Endpoints, reading.Cpu))]);
        var memory = LeastSquares.Of([.. readings.Select(reading => ((double)reading.Fleet.Endpoints, reading.Memory / (1 << 20)))]);
        var table = new Table("endpoints", "CPU", "on the line", "off", "memory", "on the line", "off");
        foreach (var reading in readings)
        {
            var n = reading.Fleet.Endpoints;
            var megabytes = reading.Memory / (1 << 20);
            table.Row(
                Text($"{n:N0}"),
                Text($"{reading.Cpu:0.0} %"),
                Text($"{cpu.At(n):0.0} %"),
                Text($"{reading.Cpu - cpu.At(n):+0.0;-0.0;0.0} %"),
                Text($"{megabytes:0} MB"),
                Text($"{memory.At(n):0} MB"),
                Text($"{megabytes - memory.At(n):+0;-0;0} MB"));
        }

        var text = new StringBuilder("### The line\n\n");
        text.Append(Text($"Least squares: CPU = {cpu.Intercept:0.0} % + {cpu.Slope * 1000:0.0} % for each 1,000 endpoints; memory = {memory.Intercept:0} MB + {memory.Slope * 1000:0} MB for each 1,000.\n\n")).Append(table);
        text.Append("```\nCPU, each endpoint's share of a core in millionths\n");
        var shares = readings.Select(reading => (reading.Fleet.Endpoints, Share: reading.Cpu * 10_000 / reading.Fleet.Endpoints)).ToList();
        var most = Math.Max(shares.Max(one => one.Share), double.Epsilon);
        foreach (var (endpoints, share) in shares)
            text.Append(Text($"{endpoints,6:N0} {new string('#', Math.Max(1, (int)Math.Round(share / most * ChartWidth)))} {share:0}\n"));
        return text.Append("```\n\n").ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
