using System.Text.Json;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Benchmarks.Truth;

namespace Cordum.NatsProber.Tests.Benchmarks;

/// <summary>Outages read out of the prober's log.</summary>
public sealed class ProberTaleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 4, 6, 0, TimeSpan.Zero);

    [Fact]
    public void A_loss_its_reconnect_and_its_outage_are_one_tale()
    {
        var told = Assert.Single(Of(Lost("n1", 5.022), Back("n1", 5.2661), Ended("n1", 5.022, 10.288, "5.94")));

        Assert.Equal(new("c", "n1", Seconds(5.022), Seconds(10.288), Seconds(5.2661)) { Minimum = Seconds(5.211), Maximum = Seconds(5.94), Lost = Seconds(5.022), Reconnect = Seconds(5.2661) }, told);
    }

    [Fact]
    public void Links_are_told_apart_and_those_that_fail_over_are_left_out()
    {
        var told = Of(Lost("n1", 5), Lost("_cluster", 5), Lost("n2", 6), Back("n2", 1), Back("_cluster", 0.1), Ended("_cluster", 5, 5.1, "1"), Ended("n2", 6, 7, "2"), Back("n1", 4), Ended("n1", 5, 9, "5"));

        Assert.Equal([("n2", Seconds(6), Seconds(1)), ("n1", Seconds(5), Seconds(4))], told.Select(one => (one.Endpoint, one.Lost!.Value, one.Reconnect!.Value)));
    }

    [Fact]
    public void An_outage_of_requests_alone_has_no_loss_not_even_an_earlier_one()
    {
        var told = Of(Lost("n1", 5), Back("n1", 1), Ended("n1", 5, 6, "2"), Ended("n1", 20, 21, "unknown"));

        Assert.Equal((null, null, null), (told[1].Lost, told[1].Reconnect, told[1].Maximum));
    }

    private static IReadOnlyList<ToldOutage> Of(params ProberLogLine[] log) => [.. ProberTale.Of(log, wall => wall - Start)];

    private static ProberLogLine Lost(string endpoint, double at) => Line(2, endpoint, new { At = Wall(at) });

    private static ProberLogLine Back(string endpoint, double after) => Line(3, endpoint, new { AfterSeconds = after });

    private static ProberLogLine Ended(string endpoint, double from, double to, string most) =>
        Line(5, endpoint, new { StartedAt = Wall(from), EndedAt = Wall(to), LengthSeconds = 5.2661, MinimumSeconds = 5.211, MaximumSeconds = most });

    private static ProberLogLine Line(int id, string endpoint, object values)
    {
        var state = JsonSerializer.SerializeToNode(values)!.AsObject();
        (state["Cluster"], state["Endpoint"]) = ("c", endpoint);
        return new(Start, id, JsonSerializer.SerializeToElement(state));
    }

    private static string Wall(double seconds) => Start.AddSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
