namespace Cordum.NatsProber.Brokers;

/// <summary>One case in hand. Touched by the loop of <see cref="Inquests"/> alone.</summary>
/// <param name="endpoint">The broker's endpoint; null if it is none of the probe file's.</param>
/// <param name="at">Wall time of the client's event.</param>
/// <param name="begun">The case.</param>
internal sealed class Inquest(string? endpoint, DateTimeOffset at, DisconnectCase begun)
{
    /// <summary>The broker's endpoint; null if it is none of the probe file's.</summary>
    public string? Endpoint => endpoint;

    /// <summary>Wall time of the client's event.</summary>
    public DateTimeOffset At => at;

    /// <summary>What was known of the broker when the link was lost.</summary>
    public required BrokerFacts Facts { get; init; }

    /// <summary>The evidence so far.</summary>
    public DisconnectCase Case { get; set; } = begun;

    /// <summary>The verdict; null before there is one.</summary>
    public Conclusion? Conclusion { get; set; }

    /// <summary>When the link was open again.</summary>
    public TimeSpan? RegainedAt { get; set; }

    /// <summary>When the sources were last asked.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>How many of them have not answered yet.</summary>
    public int Asks { get; set; }

    /// <summary>The broker still counts the connection as open.</summary>
    public bool CountsDeadLink => Case.CountsDeadLink;
}
