using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Every way to do TLS, right and wrong, by one prober on real brokers.</summary>
public sealed class TlsDialTests
{
    private static readonly Version HandshakeFirstSince = new(2, 10);

    /// <summary>Two dozen endpoints make a long page.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(1);

    public static TheoryData<string, string> Servers => NatsServers.All;

    /// <summary>One attempt: what the probe file says, and for a wrong one what the log must say.</summary>
    private sealed record Way(string Name, string Url, string Tls, string Cause = "", string Words = "");

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Each_right_way_serves_and_each_wrong_one_is_refused_and_told_apart(string server, string version)
    {
        using var certs = new TlsFolder();
        var right = certs.Authority.Issue(TlsFolder.RightHosts);
        var expired = certs.Authority.Issue(TlsFolder.RightHosts, from: -5, to: -1);
        await using var good = await AuthBroker.StartAsync(server, certs.Broker("good", right));
        await using var verifying = await AuthBroker.StartAsync(server, certs.Broker("verifying", right, "verify: true"));
        await using var elsewhere = await AuthBroker.StartAsync(server, certs.Broker("elsewhere", certs.Authority.Issue(["elsewhere"])));
        await using var stale = await AuthBroker.StartAsync(server, certs.Broker("expired", expired));
        await using var foreign = await AuthBroker.StartAsync(server, certs.Broker("foreign", certs.Other.Issue(TlsFolder.RightHosts)));
        await using var plain = await AuthBroker.StartAsync(server, "debug: false");
        var client = certs.Authority.Issue(["prober"]);
        var ca = $"caFile: {certs.CaFile}";
        var mine = certs.Client("client", client);
        var foreigns = certs.Client("foreign-client", certs.Other.Issue(["prober"]));
        var misfit = certs.Client("misfit", client with { KeyPem = certs.Authority.Issue(["prober"]).KeyPem });
        string Tls(AuthBroker broker, string host = "127.0.0.1") => $"tls://{host}:{broker.Port}";
        List<Way> ways =
        [
            new("ca-file", good.Url, ca),
            new("tls-scheme", Tls(good), ca),
            new("by-name", Tls(good, "localhost"), ca),
            new("server-name", elsewhere.Url, ca + ", serverName: elsewhere"),
            new("mutual", verifying.Url, mine),
            new("needless-client-certificate", good.Url, mine),

            new("expired", stale.Url, ca, "tls", $"it expired at {expired.NotAfter:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            new("wrong-host", elsewhere.Url, ca, "tls", "it is for elsewhere, and 127.0.0.1 was asked for"),
            new("wrong-server-name", good.Url, ca + ", serverName: elsewhere", "tls", "it is for localhost, 127.0.0.1, and elsewhere was asked for"),
            new("unknown-authority", foreign.Url, ca, "tls", "it leads to the authority CN=other authority, which is not in tls.caFile"),
            new("no-ca-file", Tls(good), "", "tls", "it leads to the authority CN=right authority, which this machine does not trust: set tls.caFile"),
            new("no-client-certificate", verifying.Url, ca, "tls", "the broker wants a client certificate, and the probe file names none"),
            new("foreign-client-certificate", verifying.Url, foreigns, "tls", "the broker refused the client certificate in"),
            new("expired-client-certificate", verifying.Url, certs.Client("old", certs.Authority.Issue(["prober"], from: -5, to: -1)), "tls", "the broker refused the client certificate in"),
            new("misfit", verifying.Url, misfit, "tls", "the key does not fit the certificate in tls.certFile"),
            new("plain", Tls(plain), "", "tls", "the broker offers no TLS, and the probe file asks for it"),
            new("plain-first", Tls(plain), "handshakeFirst: true", "tls", "wants tls.handshakeFirst: false"),
        ];
        AuthBroker[] firsts = [];
        if (Version.Parse(version) >= HandshakeFirstSince)
        {
            firsts =
            [
                await AuthBroker.StartAsync(server, certs.Broker("first", right, "handshake_first: true")),
                await AuthBroker.StartAsync(server, certs.Broker("first-verifying", right, "handshake_first: true, verify: true")),
            ];
            ways.AddRange(
            [
                new("first", firsts[0].Url, ca + ", handshakeFirst: true"),
                new("first-mutual", firsts[1].Url, mine + ", handshakeFirst: true"),
                new("not-first", firsts[0].Url, ca, "timeout", "a broker with handshake_first wants tls.handshakeFirst: true"),
                new("first-no-client-certificate", firsts[1].Url, ca + ", handshakeFirst: true", "tls", "the broker wants a client certificate, and the probe file names none"),
                new("first-foreign-client-certificate", firsts[1].Url, foreigns + ", handshakeFirst: true", "tls", "the broker refused the client certificate in"),
            ]);
        }

        try
        {
            await using var prober = await ProberProcess.StartAsync([.. ways.Select(way => AccessFile.Of(way.Name, way.Url, tls: way.Tls))], scrapeEvery: Seldom);

            var scrape = await prober.UntilAsync(
                s => ways.All(way => way.Cause.Length == 0
                    ? s.IsConnected(way.Name) && s.Ticks(way.Name, "success") > 0 && OfFailover(s, way.Name, "cordum_nats_connected") == 1
                    : s.Dials(way.Name, way.Cause) > 0 && OfFailover(s, way.Name, "cordum_nats_disconnect_cause_total", ("cause", way.Cause)) == 1),
                $"every way is tried on {version}",
                seconds: 30);

            foreach (var (name, _, _, cause, words) in ways)
            {
                if (cause.Length == 0)
                {
                    Assert.Equal((0, 1), (scrape.Disconnects(name), scrape.Dials(name, "success")));
                    continue;
                }

                var told = await Told.WhyAsync(prober, name);
                Assert.Equal((name, cause), (name, told.Cause));
                Assert.True(told.Detail.Contains(words, StringComparison.Ordinal), $"{name}: {told.Detail}");
                Assert.Equal((1, 1, 0, false), (scrape.Disconnects(name), scrape.Causes(name, cause), scrape.Reconnects(name), scrape.IsConnected(name)));
            }
        }
        finally
        {
            foreach (var first in firsts)
                await first.DisposeAsync();
        }
    }

    /// <summary>The link that fails over has a client of its own, and must insist on the same.</summary>
    private static double OfFailover(Scrape scrape, string cluster, string name, params (string Label, string Value)[] more) =>
        scrape[name, [("cluster", cluster), ("endpoint", "_cluster"), .. more]];

    /// <summary>The option came with 2.10: what an older server makes of it is to say so and not to start.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_older_server_does_not_know_handshake_first(string server, string version)
    {
        using var certs = new TlsFolder();
        var configuration = certs.Broker("first", certs.Authority.Issue(TlsFolder.RightHosts), "handshake_first: true");

        if (Version.Parse(version) >= HandshakeFirstSince)
            await (await AuthBroker.StartAsync(server, configuration)).DisposeAsync();
        else
            await Assert.ThrowsAsync<InvalidOperationException>(() => AuthBroker.StartAsync(server, configuration));
    }

    /// <summary>A broker gets another certificate while it runs: it shows it to new connections, and keeps those that it has.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_certificate_that_is_swapped_for_an_expired_one_and_back_is_seen_by_the_next_dial(string server, string version)
    {
        using var certs = new TlsFolder();
        var configuration = certs.Broker("broker", certs.Authority.Issue(TlsFolder.RightHosts));
        await using var broker = await AuthBroker.StartAsync(server, configuration);
        await using var proxy = new FaultProxy(broker.Port);
        await using var prober = await ProberProcess.StartAsync(AccessFile.Of("swapped", proxy.Url, tls: $"caFile: {certs.CaFile}"));
        await prober.UntilAsync(s => s.Ticks("swapped", "success") > 0, $"it serves on {version}");

        certs.Write("broker", certs.Authority.Issue(TlsFolder.RightHosts, from: -5, to: -1));
        await broker.ReloadAsync(configuration);
        var ticks = (await prober.ScrapeAsync()).Ticks("swapped", "success");
        var held = await prober.UntilAsync(s => s.Ticks("swapped", "success") >= ticks + 2, "the held link serves on");
        Assert.Equal((0, true), (held.Disconnects("swapped"), held.IsConnected("swapped")));

        await proxy.CutAsync();
        var refused = await prober.UntilAsync(s => s.Dials("swapped", "tls") >= 2, "new dials see the expired certificate");
        Assert.Equal((1, 0, false), (refused.Disconnects("swapped"), refused.Reconnects("swapped"), refused.IsConnected("swapped")));
        Assert.Contains("it expired at ", (await Told.WhyStillAsync(prober, "swapped")).Detail, StringComparison.Ordinal);

        certs.Write("broker", certs.Authority.Issue(TlsFolder.RightHosts));
        await broker.ReloadAsync(configuration);
        var back = await prober.UntilAllConnectedAsync();
        Assert.Equal((1, 1), (back.Disconnects("swapped"), back.Reconnects("swapped")));
        Assert.Equal(0, back.Causes("swapped", "tls")); // the loss was the cut's; the certificate only kept it down
    }
}
