using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The label values, written out: rules and dashboards of other people name them, so that renaming a member must be seen to break them.</summary>
public sealed class SnakeCaseTests
{
    [Fact]
    public void The_causes_are_those_that_the_rules_know() => Assert.Equal(
        [
            "eof", "reset", "refused", "timeout", "stale", "dns", "tls", "auth", "auth_expired", "max_connections", "slow_consumer", "lame_duck",
            "wrong_server", "not_nats", "protocol", "unknown",
        ],
        Labels<DisconnectCause>());

    [Fact]
    public void The_outcomes_are_those_that_the_rules_know() => Assert.Equal(
        ["success", "timeout", "no_responders", "disconnected", "wrong_server", "error", "missed", "indeterminate"],
        ProbeKinds.Outcomes(ProbeKind.Request).Select(SnakeCase.Of));

    [Fact]
    public void JetStream_has_four_outcomes_more() => Assert.Equal(
        ["no_quorum", "no_leader", "no_space", "not_enabled"],
        ProbeKinds.Outcomes(ProbeKind.Jetstream).Except(ProbeKinds.Outcomes(ProbeKind.Request)).Select(SnakeCase.Of));

    [Fact]
    public void The_phases_of_a_dial_are_those_that_the_dashboards_know() => Assert.Equal(["dns", "tcp", "tls", "info", "auth"], Labels<ConnectPhase>());

    [Fact]
    public void The_kinds_of_stall_are_those_that_the_rules_know() => Assert.Equal(["scheduler", "gc", "threadpool"], Labels<StallKind>());

    [Fact]
    public void The_kinds_of_probe_are_those_that_the_rules_know() => Assert.Equal(["request", "connect", "route", "jetstream", "kv", "broker"], Labels<ProbeKind>());

    private static string[] Labels<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(SnakeCase.Of)];
}
