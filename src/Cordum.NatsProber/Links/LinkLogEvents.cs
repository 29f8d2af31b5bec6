namespace Cordum.NatsProber.Links;

/// <summary>The event ids of a link's log lines, by which programs find them; their words may change.</summary>
internal static class LinkLogEvents
{
    /// <summary>The very first dial succeeded.</summary>
    public const int Connected = 1;

    /// <summary>The link was lost, or its first dial failed.</summary>
    public const int Disconnected = 2;

    /// <summary>The link is open again.</summary>
    public const int Reconnected = 3;

    /// <summary>An outage has begun on a link that is still connected.</summary>
    public const int OutageBegan = 4;

    /// <summary>An outage has ended, with its length and bracket.</summary>
    public const int OutageEnded = 5;

    /// <summary>The broker announced that it will drain.</summary>
    public const int LameDuck = 6;
}
