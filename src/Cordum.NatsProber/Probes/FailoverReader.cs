namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>failover</c>.</summary>
internal static class FailoverReader
{
    public static FailoverSettings Read(Section file)
    {
        FailoverSettings defaults = new();
        if (file.Child("failover") is not { } section)
            return defaults;
        return new()
        {
            PingInterval = section.Duration("pingInterval", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)) ?? defaults.PingInterval,
            // With none allowed, a client breaks its connection at the first ping that it sends.
            MaxPingsOut = section.Integer("maxPingsOut", "1 to 100", n => n is >= 1 and <= 100) ?? defaults.MaxPingsOut,
            ReconnectWait = section.Duration("reconnectWait", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)) ?? defaults.ReconnectWait,
        };
    }
}
