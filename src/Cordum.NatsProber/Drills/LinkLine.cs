namespace Cordum.NatsProber.Drills;

/// <summary>One log line of a link, by its fields; its words are for people.</summary>
/// <param name="Event">Its event id, see <see cref="Links.LinkLogEvents"/>.</param>
/// <param name="Link">The link.</param>
/// <param name="Text">As the log has it, with the time in front.</param>
internal sealed record LinkLine(int Event, LinkKey Link, string Text)
{
    /// <summary>When, since the log began.</summary>
    public TimeSpan At { get; init; }

    /// <summary>What the broker would not let the prober do; null where the line tells of no denial.</summary>
    public string? Denial { get; init; }

    /// <summary>The subjects that the prober's user has to be granted; null where the line tells of no denial.</summary>
    public string? Grant { get; init; }

    /// <summary>Why; null where the line has no cause.</summary>
    public string? Cause { get; init; }

    /// <summary>The nats-server version of the broker; null where the line has none.</summary>
    public string? Version { get; init; }

    /// <summary>How long the link was down, of a line that says it is back.</summary>
    public double? AfterSeconds { get; init; }

    /// <summary>How long the outage was, of a line that tells its end.</summary>
    public double? LengthSeconds { get; init; }

    /// <summary>How long it was at least.</summary>
    public double? MinimumSeconds { get; init; }

    /// <summary>How long it was at most; null if that is unknown.</summary>
    public double? MaximumSeconds { get; init; }
}
