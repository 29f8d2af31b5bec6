using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>The drill on brokers of its own: each fault that a broker can have, made at a known time, and what the prober shows of it held against the truth.</summary>
internal sealed class LabDrill(LabCluster lab, DrillProber prober, ProbeFile file, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a broker that was ended stays down: longer than the interval, so that requests fall into it.</summary>
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);

    /// <summary>How long each is down in a rolling restart.</summary>
    private static readonly TimeSpan BrieflyDown = TimeSpan.FromSeconds(1);

    /// <summary>How long a healthy link may take to show that all is well again.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    /// <summary>A broker of the lab that drains closes its clients one a second, after a second, and has a few.</summary>
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(60);

    /// <summary>The steps.</summary>
    public IEnumerable<DrillAct> Acts =>
    [
        new("Killed: SIGKILL to the broker that the failing-over link is at, and started again", KillAsync),
        new("Rolling restart: SIGTERM to each broker in turn", RollAsync),
        new("Silent: SIGSTOP for longer than interval and timeout, then SIGCONT", HangAsync),
        new("Lame duck: a broker drains, exits and is started again", DrainAsync),
    ];

    private LinkKey Failover => new(file.Cluster, ClusterAccess.FailoverEndpoint);

    private RequestProbe Pace => file.Probes.Request;

    private async Task<bool> KillAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        var broker = WhereTheFailoverIs();
        var (before, since) = await BeginAsync(stop).ConfigureAwait(false);
        var fault = await RestartAsync(broker, FaultKind.Killed, Down, stop).ConfigureAwait(false);
        return await EndAsync(fault, before, since, (1, 1), findings, stop).ConfigureAwait(false);
    }

    private async Task<bool> RollAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        var (before, since) = await BeginAsync(stop).ConfigureAwait(false);
        foreach (var broker in lab.Brokers)
        {
            var (beforeOne, sinceOne) = await BeginAsync(stop).ConfigureAwait(false);
            var fault = await RestartAsync(broker, FaultKind.Terminated, BrieflyDown, stop).ConfigureAwait(false);
            // As a rollout does: the next one goes when this one is ready.
            await JudgeAsync(fault, beforeOne, sinceOne, findings, stop).ConfigureAwait(false);
        }

        // It was somewhere, and wherever it went that broker's turn may have come as well.
        return Conclude(before, since, (1, lab.Brokers.Count), findings);
    }

    private async Task<bool> HangAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        var broker = WhereTheFailoverIsNot();
        var (before, since) = await BeginAsync(stop).ConfigureAwait(false);
        var hung = broker.Suspend();
        TimeSpan length;
        try
        {
            await Task.Delay((Pace.Every + Pace.Timeout) * 2, time, stop).ConfigureAwait(false);
        }
        finally
        {
            length = time.GetElapsedTime(hung, broker.Resume());
        }

        return await EndAsync(new Fault(FaultKind.Hung, KeyOf(broker), length, length), before, since, (0, 0), findings, stop).ConfigureAwait(false);
    }

    private async Task<bool> DrainAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        var broker = WhereTheFailoverIsNot();
        var (before, since) = await BeginAsync(stop).ConfigureAwait(false);
        var fault = await RestartAsync(broker, FaultKind.Drained, BrieflyDown, stop).ConfigureAwait(false);
        return await EndAsync(fault, before, since, (0, 0), findings, stop).ConfigureAwait(false);
    }

    private async Task<(Reading Before, int LinesBefore)> BeginAsync(CancellationToken stop) =>
        (await prober.ReadAsync(stop).ConfigureAwait(false), prober.Lines.Count);

    /// <summary>Ends a broker and starts it again; what is known of the fault is what the prober has to find out.</summary>
    private async Task<Fault> RestartAsync(LabBroker broker, FaultKind kind, TimeSpan down, CancellationToken stop)
    {
        var signalled = kind switch
        {
            FaultKind.Killed => broker.Kill(),
            FaultKind.Terminated => broker.Terminate(),
            _ => broker.EnterLameDuck(),
        };
        try
        {
            await broker.ExitedAsync(stop).WaitAsync(ExitLimit, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new LabException($"{broker.Name} (pid {broker.ProcessId}) has not exited {ExitLimit.TotalSeconds:0} s after its signal");
        }

        var exited = time.GetTimestamp();
        await Task.Delay(down, time, stop).ConfigureAwait(false);
        var starts = time.GetTimestamp();
        await broker.StartAsync(stop).ConfigureAwait(false);
        // It began between signal and exit, and ended between the start of the process and its word that it is ready.
        return new Fault(kind, KeyOf(broker), time.GetElapsedTime(exited, starts), time.GetElapsedTime(signalled));
    }

    /// <summary>The end of a step with one fault.</summary>
    /// <returns>Whether all is well again.</returns>
    private async Task<bool> EndAsync(Fault fault, Reading before, int linesBefore, (int Least, int Most) failovers, ICollection<Finding> findings, CancellationToken stop)
    {
        await JudgeAsync(fault, before, linesBefore, findings, stop).ConfigureAwait(false);
        findings.Add(FaultChecks.Untouched([.. prober.Latest.Links.Keys.Where(link => !link.IsFailover && link != fault.Link)], before, prober.Latest));
        return Conclude(before, linesBefore, failovers, findings);
    }

    /// <summary>Waits until all is well again, and holds what was seen against what was done.</summary>
    private async Task JudgeAsync(Fault fault, Reading before, int linesBefore, ICollection<Finding> findings, CancellationToken stop)
    {
        var after = await prober.UntilAsync(IsWell, Every, Recovery, stop).ConfigureAwait(false);
        await lab.RoutesFormedAsync(stop).ConfigureAwait(false);
        foreach (var finding in FaultChecks.Of(fault, before, after, [.. prober.Lines.Skip(linesBefore)], fault.Tolerance(Pace.Every, Pace.Timeout)))
            findings.Add(finding);

        bool IsWell(Reading now) =>
            now.AllConnected
            && TurbulenceChecks.IsOver(fault.Link, before, now, [.. prober.Lines.Skip(linesBefore)])
            && now[Failover].Answered > before[Failover].Answered;
    }

    private bool Conclude(Reading before, int linesBefore, (int Least, int Most) failovers, ICollection<Finding> findings)
    {
        var after = prober.Latest;
        findings.Add(FaultChecks.FailedOver(Failover, before, after, [.. prober.Lines.Skip(linesBefore)], failovers, Absence.Limit(file.Failover)));
        findings.Add(prober.Scrapes.Take());
        return after.AllConnected;
    }

    private LinkKey KeyOf(LabBroker broker) => new(file.Cluster, broker.Name);

    private LabBroker WhereTheFailoverIs() =>
        lab.Brokers.FirstOrDefault(broker => broker.Name == prober.Latest.FailoverAt.GetValueOrDefault(file.Cluster)) ?? lab.Brokers[0];

    private LabBroker WhereTheFailoverIsNot() => lab.Brokers.Last(broker => broker != WhereTheFailoverIs());
}
