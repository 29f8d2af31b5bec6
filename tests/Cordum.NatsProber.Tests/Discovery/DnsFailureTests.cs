using System.Diagnostics;
using System.Net;
using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>Servers that fail each way, and answers that name nobody.</summary>
public sealed class DnsFailureTests
{
    [Theory]
    [InlineData(DnsFault.ServerFailure, DiscoveryProblem.ServerFailure)]
    [InlineData(DnsFault.Refused, DiscoveryProblem.Refused)]
    [InlineData(DnsFault.Silent, DiscoveryProblem.Timeout)]
    [InlineData(DnsFault.Garbage, DiscoveryProblem.Malformed)]
    [InlineData(DnsFault.WrongId, DiscoveryProblem.Malformed)]
    [InlineData(DnsFault.WrongQuestion, DiscoveryProblem.Malformed)]
    [InlineData(DnsFault.TruncatedAndSilent, DiscoveryProblem.Timeout)]
    internal async Task A_server_that_fails_is_told_as_it_fails_and_its_recovery_is_seen(DnsFault fault, DiscoveryProblem problem)
    {
        foreach (var name in new[] { "nats.example", "_nats._tcp.example" })
        {
            await using var rig = new DiscoveryRig(name, silence: fault is DnsFault.Silent or DnsFault.TruncatedAndSilent);
            rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1"), DnsRecord.Address("fd00::1"));
            rig.Server.Set("_nats._tcp.example", DnsRecord.Service("n1.example", 4222));
            rig.Server.Fail(fault);

            var failure = await rig.FailAsync(problem);
            Assert.Contains($"{rig.Server.EndPoint}", failure.Message, StringComparison.Ordinal);
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);

            rig.Server.Recover();
            Assert.NotEmpty((await rig.AskAsync()).Endpoints);
        }
    }

    [Theory]
    [InlineData(DnsFault.Truncated)]
    [InlineData(DnsFault.NoEdns)]
    internal async Task What_can_be_got_round_is_no_failure(DnsFault fault)
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1"));
        rig.Server.Fail(fault);

        Assert.Equal(["10.0.0.1"], (await rig.AskAsync()).Names());
    }

    [Theory]
    [InlineData(DnsFault.ServerFailure)]
    [InlineData(DnsFault.Silent)]
    [InlineData(DnsFault.Garbage)]
    internal async Task Endpoints_of_a_family_that_is_not_answered_for_do_not_vanish(DnsFault fault)
    {
        await using var rig = new DiscoveryRig("nats.example", silence: fault == DnsFault.Silent);
        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1", ttl: 60), DnsRecord.Address("fd00::1", ttl: 60));
        var before = await rig.AskAsync();
        rig.Server.Fail(fault, type: DnsType.Aaaa);

        var failure = await Assert.ThrowsAsync<DiscoveryException>(() => rig.AskAsync([.. before.Names()]));
        Assert.Contains("AAAA", failure.Message, StringComparison.Ordinal);

        // Nothing of the family is known: what there is counts, and more is soon asked for.
        var half = await rig.AskAsync("10.0.0.1");
        Assert.Equal(["10.0.0.1"], half.Names());
        Assert.Equal(AskPace.ShortestHold, half.HoldsFor);
        Assert.Contains("AAAA", half.Unanswered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_a_failure()
    {
        await using var rig = new DiscoveryRig("nats.example");

        Assert.Contains("nats.example", (await rig.FailAsync(DiscoveryProblem.NoSuchName)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Server.Asked, asked => asked.Type == DnsType.Srv); // there is nothing at all under that name
    }

    [Fact]
    public async Task An_alias_of_nothing_is_a_failure()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Set("nats.example", DnsRecord.Alias("gone.example"));

        Assert.Contains("gone.example", (await rig.FailAsync(DiscoveryProblem.NoSuchName)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats.example")]
    [InlineData("_nats._tcp.example")]
    public async Task A_name_without_records_is_a_failure(string name)
    {
        await using var rig = new DiscoveryRig(name);
        rig.Server.Set(name);

        await rig.FailAsync(DiscoveryProblem.NoRecords);
    }

    [Fact]
    public async Task A_service_that_is_not_offered_is_a_failure()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");
        rig.Server.Set("_nats._tcp.example", DnsRecord.Service("", 0));

        Assert.Contains("not offered", (await rig.FailAsync(DiscoveryProblem.NoRecords)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n 1.example", 4222)]
    [InlineData("n1.example", 0)]
    public async Task A_service_that_cannot_be_dialled_is_told_of(string target, ushort port)
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");
        rig.Server.Set("_nats._tcp.example", DnsRecord.Service("n0.example", 4222), DnsRecord.Service(target, port));

        await rig.FailAsync(DiscoveryProblem.Malformed);
    }

    [Theory]
    [InlineData(DnsFault.ServerFailure)]
    [InlineData(DnsFault.Refused)]
    [InlineData(DnsFault.Silent)]
    [InlineData(DnsFault.Garbage)]
    internal async Task Another_server_is_asked_when_one_fails(DnsFault fault)
    {
        await using var rig = new DiscoveryRig("nats.example", search: "a.example", silence: fault == DnsFault.Silent);
        await using var second = new TestDnsServer();
        rig.WriteResolvConf("", rig.Server.EndPoint, second.EndPoint);
        rig.Server.Fail(fault);
        second.Set("nats.example", DnsRecord.Address("10.0.0.2"));

        Assert.Equal(["10.0.0.2"], (await rig.AskAsync()).Names());
    }

    [Fact]
    public async Task A_server_that_is_silent_is_waited_for_once_and_not_for_each_question()
    {
        await using var rig = new DiscoveryRig("nats", search: "a.example", silence: true);
        await using var second = new TestDnsServer();
        rig.WriteResolvConf("search a.example b.example c.example", rig.Server.EndPoint, second.EndPoint);
        rig.Server.Fail(DnsFault.Silent);
        second.Set("nats.c.example", DnsRecord.Address("10.0.0.2"));

        Assert.Equal(["10.0.0.2"], (await rig.AskAsync()).Names());
        Assert.All(rig.Server.Asked, asked => Assert.Equal("nats.a.example", asked.Name));
    }

    [Fact]
    public async Task A_lost_packet_is_no_failure()
    {
        await using var rig = new DiscoveryRig("nats.example", silence: true);
        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1"));
        rig.Server.Fail(DnsFault.Silent);

        var asking = rig.AskAsync();
        await rig.Server.HearAsync(questions: 2, TestContext.Current.CancellationToken);
        rig.Server.Recover();

        Assert.Equal(["10.0.0.1"], (await asking).Names());
    }

    [Fact]
    public async Task No_such_name_is_an_answer_and_no_other_server_is_asked()
    {
        await using var rig = new DiscoveryRig("nats.example", search: "a.example");
        await using var second = new TestDnsServer();
        rig.WriteResolvConf("search .", rig.Server.EndPoint, second.EndPoint);

        await rig.FailAsync(DiscoveryProblem.NoSuchName);

        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task A_machine_without_a_nameserver_is_told_of_at_once()
    {
        await using var rig = new DiscoveryRig("nats.example", search: "a.example");
        rig.WriteResolvConf("search a.example");
        Assert.Contains("discover.resolver", (await rig.FailAsync(DiscoveryProblem.NoNameserver)).Message, StringComparison.Ordinal);

        rig.RemoveResolvConf();
        Assert.Contains("discover.resolver", (await rig.FailAsync(DiscoveryProblem.NoNameserver)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_questions_together_are_bounded_in_time()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Fail(DnsFault.Silent);
        var discovery = new DnsDiscovery(new DiscoverySettings("nats.example", 4222, rig.Server.EndPoint, 64), TimeProvider.System)
        {
            Patience = new(Question: TimeSpan.FromMinutes(1), Whole: TimeSpan.FromMilliseconds(200)),
        };

        var asked = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<DiscoveryException>(() => discovery.AskAsync([], TestContext.Current.CancellationToken));

        Assert.Equal(DiscoveryProblem.Timeout, failure.Problem);
        Assert.True(asked.Elapsed < TimeSpan.FromSeconds(20), $"{asked.Elapsed}");
    }

    [Fact]
    public async Task Whoever_stops_it_is_not_told_of_a_timeout()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Fail(DnsFault.Silent);
        using var stop = new CancellationTokenSource();

        var asking = rig.Discovery.AskAsync([], stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_name_that_is_none_asks_nobody()
    {
        await using var rig = new DiscoveryRig("nats..example");

        await rig.FailAsync(DiscoveryProblem.NoSuchName);

        Assert.Empty(rig.Server.Asked);
    }

    [Fact]
    public async Task A_resolver_that_nobody_listens_on_is_told_of()
    {
        var discovery = new DnsDiscovery(new DiscoverySettings("nats.example", 4222, new IPEndPoint(IPAddress.Loopback, 9), 64), TimeProvider.System)
        {
            Patience = new(Question: TimeSpan.FromMilliseconds(100), Whole: TimeSpan.FromSeconds(5)),
        };

        var failure = await Assert.ThrowsAsync<DiscoveryException>(() => discovery.AskAsync([], TestContext.Current.CancellationToken));

        Assert.True(failure.Problem is DiscoveryProblem.Timeout or DiscoveryProblem.Unreachable, failure.Message);
    }
}
