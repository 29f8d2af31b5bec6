using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>Readings and log lines for tests: two endpoints and the link that fails over, all well.</summary>
internal static class Readings
{
    public static readonly LinkKey A = new("c", "a");
    public static readonly LinkKey B = new("c", "b");
    public static readonly LinkKey Whole = new("c", "_cluster");

    public static readonly LinkReading Well = new()
    {
        Connected = true,
        Causes = new Dictionary<string, double> { ["eof"] = 0, ["reset"] = 0, ["timeout"] = 0, ["auth"] = 0 },
        Requests = new Dictionary<string, double> { ["success"] = 5, ["timeout"] = 0, ["missed"] = 0 },
    };

    public static Reading AllWell => new(new Dictionary<LinkKey, LinkReading> { [A] = Well, [B] = Well, [Whole] = Well }, new Dictionary<string, string> { ["c"] = "b" }, 0, 100);

    public static Reading With(this Reading reading, LinkKey link, LinkReading state) =>
        reading with { Links = reading.Links.Append(new(link, state)).GroupBy(one => one.Key).ToDictionary(group => group.Key, group => group.Last().Value) };

    /// <summary>The same link after so many losses and returns for one cause.</summary>
    public static LinkReading Lost(this LinkReading was, double lost, double back, string cause = "eof", double outages = 1, double seconds = 2) => was with
    {
        Disconnects = was.Disconnects + lost,
        Reconnects = was.Reconnects + back,
        Connected = lost == back,
        Causes = new Dictionary<string, double>(was.Causes) { [cause] = was.Causes.GetValueOrDefault(cause) + lost },
        Outages = was.Outages + outages,
        OutageSeconds = was.OutageSeconds + seconds,
    };

    public static LinkLine Disconnected(LinkKey link, string cause = "eof") => new(LinkLogEvents.Disconnected, link, $"{link} disconnected") { Cause = cause };

    public static LinkLine Reconnected(LinkKey link, double after = 2) => new(LinkLogEvents.Reconnected, link, $"{link} reconnected") { AfterSeconds = after };

    public static LinkLine Ended(LinkKey link, double least = 1.9, double length = 2, double? most = 2.2) =>
        new(LinkLogEvents.OutageEnded, link, $"{link} outage ended") { MinimumSeconds = least, LengthSeconds = length, MaximumSeconds = most };
}
