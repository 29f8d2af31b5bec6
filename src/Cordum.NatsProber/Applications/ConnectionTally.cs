namespace Cordum.NatsProber.Applications;

/// <summary>
/// What is counted of one connection of an application. Immutable and pure; total, in whatever order events and looks at the state come:
/// <c>Disconnects - Reconnects</c> is 1 while it is lost and 0 otherwise.
/// </summary>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="Disconnects">Times that it was lost, or (once) could not be opened at first.</param>
/// <param name="Reconnects">Times that it came back.</param>
/// <param name="HasFailed">Whether the client has given it up for good.</param>
internal sealed record ConnectionTally(bool IsOpen, long Disconnects, long Reconnects, bool HasFailed)
{
    /// <summary>A connection of which nothing is known: it may never have been dialled.</summary>
    public static ConnectionTally Unknown { get; } = new(false, 0, 0, false);

    /// <summary>Whether it was lost and is not back.</summary>
    public bool IsLost => Disconnects > Reconnects;

    /// <summary>It is open. The first time counts nothing, a return does.</summary>
    public ConnectionTally Opened() => this with { IsOpen = true, HasFailed = false, Reconnects = Disconnects };

    /// <summary>It is lost. One that is lost already is lost no more for it.</summary>
    public ConnectionTally Lost() => this with { IsOpen = false, Disconnects = IsLost ? Disconnects : Disconnects + 1 };

    /// <summary>The client has given it up, and will dial no more.</summary>
    public ConnectionTally Failed() => Lost() with { HasFailed = true };
}
