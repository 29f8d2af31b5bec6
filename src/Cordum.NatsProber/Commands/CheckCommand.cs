using System.Globalization;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober check</c>: validates probe files without connecting to anything.</summary>
internal static class CheckCommand
{
    private const int Valid = 0;
    private const int Invalid = 2;

    /// <param name="probes">A probe file, or a folder of them.</param>
    /// <param name="effective">Whether to print the files as the prober understands them, in place of a line each.</param>
    /// <param name="output">Takes what was found valid.</param>
    /// <param name="error">Takes errors and warnings.</param>
    /// <returns>0 when every file is valid, with warnings or without; else 2.</returns>
    public static int Run(string probes, bool effective, TextWriter output, TextWriter error)
    {
        var read = ProbeFileReader.Read(probes);
        foreach (var warning in read.Warnings)
            error.WriteLine($"warning: {warning}");
        foreach (var found in read.Errors)
            error.WriteLine(found);
        if (read.Errors.Count > 0)
        {
            error.WriteLine($"{Count(read.Errors.Count, "error")} in {Count(read.Errors.Select(e => e.File).Distinct().Count(), "file")}");
            return Invalid;
        }

        foreach (var (index, file) in read.Files.Index())
        {
            if (!effective)
                output.WriteLine(Summary(file));
            else
            {
                if (index > 0)
                    output.WriteLine("---");
                EffectiveYaml.Write(file, output);
            }
        }

        return Valid;
    }

    private static string Summary(ProbeFile file)
    {
        var endpoints = file.Discover is { } discover ? $"endpoints discovered from DNS name {discover.Dns}" : Count(file.Endpoints.Count, "endpoint");
        return $"{file.Path}: cluster {file.Cluster}, {endpoints}, {string.Join(", ", ProbesThatRun(file.Probes))}{(file.Objective is { } objective ? Promise(objective) : "")}";
    }

    private static IEnumerable<string> ProbesThatRun(ProbeSet probes)
    {
        yield return Schedule("request", probes.Request.Every, probes.Request.Timeout);
        if (probes.Connect is { } connect)
            yield return Schedule("connect", connect.Every, connect.Timeout);
        if (probes.Route is { } route)
            yield return Schedule("route", route.Every, route.Timeout);
        if (probes.JetStream is { } jetStream)
            yield return Schedule(jetStream.KeyValue ? "jetstream and kv" : "jetstream", jetStream.Every, jetStream.Timeout);
        if (probes.Broker is { } broker)
            yield return Schedule("broker", broker.Every, broker.Timeout);
    }

    private static string Promise(Objective objective) => string.Create(CultureInfo.InvariantCulture, $", objective {objective.Availability} % over {Durations.Format(objective.Window)}")
        + (objective.Latency is { } latency ? string.Create(CultureInfo.InvariantCulture, $" and {latency.Ratio} % under {Durations.Format(latency.Under)}") : "");

    private static string Schedule(string probe, TimeSpan every, TimeSpan timeout) =>
        $"{probe} every {Durations.Format(every)} timeout {Durations.Format(timeout)}";

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
