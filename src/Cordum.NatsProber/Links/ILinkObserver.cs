namespace Cordum.NatsProber.Links;

/// <summary>How a dial ended: well, badly for a cause, or with the prober itself held up so that nothing can be said.</summary>
/// <param name="IsIndeterminate">The prober itself was held up.</param>
/// <param name="Cause">Why it failed; null unless it did.</param>
public readonly record struct DialOutcome(bool IsIndeterminate, DisconnectCause? Cause)
{
    /// <summary>The link is open.</summary>
    public static DialOutcome Success => default;

    /// <summary>The prober itself was held up.</summary>
    public static DialOutcome Indeterminate => new(true, null);

    /// <summary>No open link.</summary>
    public static DialOutcome Failed(DisconnectCause cause) => new(false, cause);
}

/// <summary>Hears what one link does, in order. Counters are not its business: they are in <see cref="LinkState"/>, whole.</summary>
public interface ILinkObserver
{
    /// <summary>A stage of a dial has succeeded.</summary>
    void PhaseCompleted(ConnectPhase phase, TimeSpan duration);

    /// <summary>A dial has ended.</summary>
    void Dialled(DialOutcome outcome);

    /// <summary>The link's state changed.</summary>
    void Changed(LinkTransition transition);
}
