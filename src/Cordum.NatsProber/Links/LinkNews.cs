namespace Cordum.NatsProber.Links;

/// <summary>What became of a link, for those who hold it against what the broker says. Each is told once, in order.</summary>
/// <param name="At">When it was known, on the prober's clock.</param>
public abstract record LinkNews(TimeSpan At)
{
    /// <summary>The link was lost, or its first dial failed: one more disconnect is counted.</summary>
    /// <param name="Loss">The client's side of it.</param>
    public sealed record Lost(LinkLoss Loss) : LinkNews(Loss.At);

    /// <summary>A dial of a link that is down has failed.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Phase">How far it came: a broker that hangs still takes TCP connections, a path that is cut does not.</param>
    /// <param name="Began">When it was begun.</param>
    /// <param name="At">When it had failed.</param>
    public sealed record DialFailed(DisconnectCause Cause, ConnectPhase Phase, TimeSpan Began, TimeSpan At) : LinkNews(At);

    /// <summary>The broker announced on the link that it drains.</summary>
    /// <param name="ServerId">Which process.</param>
    /// <param name="At">When it was heard.</param>
    public sealed record Draining(string ServerId, TimeSpan At) : LinkNews(At);

    /// <summary>The link is open.</summary>
    /// <param name="Broker">To whom.</param>
    /// <param name="Began">When the dial was begun.</param>
    /// <param name="At">When the broker accepted it.</param>
    public sealed record Opened(BrokerInfo Broker, TimeSpan Began, TimeSpan At) : LinkNews(At);
}

/// <summary>One disconnect as the client saw it. Instants are on the prober's clock.</summary>
public sealed record LinkLoss
{
    /// <summary>Of which link.</summary>
    public required LinkIdentity Link { get; init; }

    /// <summary>The broker at the other end, with its number for the connection; null if the link was never open.</summary>
    public required BrokerInfo? Broker { get; init; }

    /// <summary>Why, as the client sees it.</summary>
    public required DisconnectCause Cause { get; init; }

    /// <summary>The broker's last words (<c>-ERR</c>), if it said why it hung up; else null.</summary>
    public required string? Words { get; init; }

    /// <summary>
    /// The prober itself ended the connection, since nothing came any more: what the broker then says of its end (<c>Client Closed</c>) is an echo.
    /// </summary>
    public required bool EndedByUs { get; init; }

    /// <summary>
    /// When the prober gave the connection up, the other end's TCP had acknowledged all that was sent: somebody's host was there. Null where that is not known.
    /// </summary>
    public bool? Acknowledged { get; init; }

    /// <summary>Requests had gone unanswered before the connection ended.</summary>
    public required bool WentSilent { get; init; }

    /// <summary>When the last good round trip was begun; null if this prober has seen none on this link.</summary>
    public required TimeSpan? LastGood { get; init; }

    /// <summary>The earliest evidence of the outage.</summary>
    public required TimeSpan Began { get; init; }

    /// <summary>When the disconnect was known: the client's event.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>In words.</summary>
    public required string Detail { get; init; }

    /// <summary>Not this prober's loss: a prober of the same name that was here before had the connection.</summary>
    public bool IsPredecessors { get; init; }

    /// <summary>The link was open before: the broker has, or had, a record of it.</summary>
    public bool WasOpen => Broker is not null;
}
