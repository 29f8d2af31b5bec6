using System.Globalization;
using System.Text;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>Whether an hour of faults leaves memory flat and counters exact.</summary>
internal static class EnduranceBenchmark
{
    /// <summary>Of many breaches, the first tell enough.</summary>
    private const int Told = 20;

    /// <summary>Runs it: an hour, in brief three minutes.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var seed = Random.Shared.Next();
        Progress.Say($"endurance: seed {seed}");
        var result = await EnduranceRun.RunAsync(
            setting.Choose(EnduranceSetting.Full(setting.Tools.NatsServer, seed), EnduranceSetting.Brief(setting.Tools.NatsServer, seed)), stop);
        return Report(result);
    }

    /// <summary>The section.</summary>
    internal static string Report(EnduranceResult result)
    {
        var goals = new Table("goal", "measured", "met")
            .Row("every counter is exact against the list of faults, and parity holds in every scrape", Text($"{result.Breaches.Count} breaches"), Met(result.Breaches.Count == 0));
        foreach (var one in result.Flat)
        {
            var unit = one.Name.EndsWith(", bytes", StringComparison.Ordinal) ? ("MB", 1 << 20) : ("", 1);
            goals.Row(
                Text($"{one.Name.Split(',')[0]} flat: at most {one.Most / unit.Item2:0} {unit.Item1}").TrimEnd(),
                Text($"{one.First / unit.Item2:0} -> {one.Last / unit.Item2:0} {unit.Item1}").TrimEnd(),
                Met(one.IsFlat));
        }

        var faults = new Table("fault", "made", "shortest", "longest");
        foreach (var kind in Enum.GetValues<EnduranceFault>())
        {
            var own = new Samples(result.Faults.Where(fault => fault.Kind == kind).Select(fault => fault.Lasted.TotalSeconds));
            faults.Row(
                kind switch { EnduranceFault.Kill => "SIGKILL and restart", EnduranceFault.Terminate => "SIGTERM and restart", _ => "SIGSTOP, then SIGCONT" },
                Text($"{own.Count}"),
                own.Count == 0 ? "-" : Text($"{own.Smallest:0.0} s"),
                own.Count == 0 ? "-" : Text($"{own.Largest:0.0} s"));
        }

        var text = new StringBuilder().Append(goals).Append(faults);
        if (result.Breaches.Count > 0)
            text.Append("Breaches:\n\n").AppendJoin('\n', result.Breaches.Take(Told).Select(breach => $"- {breach}")).Append(result.Breaches.Count > Told ? Text($"\n- and {result.Breaches.Count - Told} more") : "").Append("\n\n");
        return text.Append(Text(
            $"""
            {result.Setting.Endpoints} endpoints of ten brokers, {result.Setting.Length.TotalMinutes:0.#} min, {result.Faults.Count} faults (seed {result.Setting.Seed}), {result.Disconnects:N0} disconnects of links to an endpoint, {result.Ticks:N0} requests, {result.Scrapes:N0} scrapes.

            *How.* Each broker has faults of its own, overlapping with the others', each when all its links have got over the one before. Disconnects (those with cause `timeout` apart), reconnects and outages of every endpoint must be as many as its broker's
            faults; requests as many as the seconds that passed, but for one. Memory and threads are medians of the first and the last quarter after a warm-up of {result.Setting.WarmUp.TotalSeconds:0} s; handles are counted before the first fault and after the last, with all links open. The prober remembers the latest
            {DisconnectMemory.Most} disconnects of all clusters for `natsprober compare`: its heap grows until there are so many.

            *What it cannot tell.* Of the link that fails over only parity and the number of requests are checked: on which broker it was is the client's choice. Suspensions last {EnduranceSetting.Suspended.Least.TotalSeconds:0} s at least: a shorter one falls between two requests, or is over before the prober gives the link up.
            """)).Append('\n').ToString();

        static string Met(bool isMet) => isMet ? "yes" : "**no**";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
