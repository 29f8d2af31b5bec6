namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>A fault, and what an instrument told of it.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Told">The outages that belong to it, oldest first; none if it was missed.</param>
internal sealed record MatchedFault(Fault Fault, IReadOnlyList<ToldOutage> Told)
{
    /// <summary>Whether anything was told of it.</summary>
    public bool IsSeen => Told.Count > 0;

    /// <summary>What was told of its start, less the truth.</summary>
    public TimeSpan StartError => Told[0].Began - Fault.Began;

    /// <summary>The length that was told, less the truth. One fault told as two outages is told as long as both.</summary>
    public TimeSpan LengthError => TimeSpan.FromTicks(Told.Sum(told => told.Length.Ticks)) - Fault.Length;

    /// <summary>
    /// The reconnect time that was told, less the time from the loss to the truth's end; null if no connection was lost. A loss that closes a socket happened when the fault did;
    /// of a silent one, it is the instrument that gives the connection up, and it says when.
    /// </summary>
    public TimeSpan? ReconnectError => Told[0] is { Lost: { } lost, Reconnect: { } reconnect } ? reconnect - (Fault.Ended - (Fault.IsSilent ? lost : Fault.Began)) : null;

    /// <summary>Whether the true length may lie between the least and the most that were told, which are told to the millisecond.</summary>
    public bool IsInsideBracket =>
        Told is [{ } only] && only.Minimum - Rounding <= Fault.Length && !(only.Maximum + Rounding < Fault.Shortest);

    private static TimeSpan Rounding => TimeSpan.FromMilliseconds(0.5);
}

/// <summary>Which outages, as told, belong to which faults, as made.</summary>
/// <param name="Faults">Each fault, in the order given.</param>
/// <param name="Untrue">The outages that belong to none.</param>
internal sealed record FaultMatching(IReadOnlyList<MatchedFault> Faults, IReadOnlyList<ToldOutage> Untrue)
{
    /// <summary>Matches by place and time. An outage belongs to the one fault that it shares most time with, or is nearest to, within the slack.</summary>
    /// <param name="faults">What was done.</param>
    /// <param name="told">What an instrument says.</param>
    /// <param name="slack">How far from the truth a start or an end may be told: less than half of the time between two faults of an endpoint.</param>
    public static FaultMatching Of(IReadOnlyList<Fault> faults, IEnumerable<ToldOutage> told, TimeSpan slack)
    {
        var found = faults.Select(_ => new List<ToldOutage>()).ToArray();
        var untrue = new List<ToldOutage>();
        var places = Enumerable.Range(0, faults.Count).ToLookup(i => faults[i].Cluster);
        foreach (var outage in told.OrderBy(outage => outage.Began))
        {
            var best = places[outage.Cluster]
                .Where(i => outage.Endpoint is null || outage.Endpoint == faults[i].Endpoint)
                .Select(i => (Index: i, Shared: Shared(faults[i], outage)))
                .Where(candidate => candidate.Shared >= -slack)
                .OrderByDescending(candidate => candidate.Shared)
                .Select(candidate => (int?)candidate.Index)
                .FirstOrDefault();
            if (best is { } index)
                found[index].Add(outage);
            else
                untrue.Add(outage);
        }

        return new([.. faults.Zip(found, (fault, its) => new MatchedFault(fault, its))], untrue);
    }

    /// <summary>The time that both cover; negative: that between them.</summary>
    private static TimeSpan Shared(Fault fault, ToldOutage told) =>
        (fault.Ended < told.Ended ? fault.Ended : told.Ended) - (fault.Began > told.Began ? fault.Began : told.Began);
}
