using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Credentials and certificates that end: told as such, shown ahead, and mended by a new file.</summary>
public sealed class ExpiryTests
{
    private const string CertificateExpiry = "cordum_nats_tls_certificate_expiry_timestamp_seconds";
    private const string CredentialsExpiry = "cordum_nats_credentials_expiry_timestamp_seconds";

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Credentials_that_have_expired_are_refused_as_expired_though_the_broker_does_not_say_so(string server, string version)
    {
        var secrets = new KeptSecrets();
        var chain = new JwtChain();
        var ended = DateTimeOffset.UtcNow.AddHours(-1);
        await using var broker = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var creds = broker.Write("creds", secrets.KeepCreds(chain.Credentials(expires: ended)));
        await using var prober = await ProberProcess.StartAsync(AccessFile.Of("expired", broker.Url, $"credsFile: {creds}"));

        var scrape = await prober.UntilAsync(s => s.Of("expired", "cordum_nats_connect_attempt_total") >= 3, $"it is dialled in vain on {version}");

        Assert.Equal((1, 1, 0), (scrape.Disconnects("expired"), scrape.Causes("expired", "auth_expired"), scrape.Dials("expired", "auth")));
        var (cause, detail) = await Told.WhyAsync(prober, "expired");
        Assert.Equal("auth_expired", cause);
        Assert.StartsWith($"the broker said: Authorization Violation, to user {chain.User} of account ", detail, StringComparison.Ordinal);
        Assert.EndsWith($"whose credentials are in {creds}, valid until {ended:yyyy-MM-dd'T'HH:mm:ss'Z'}", detail, StringComparison.Ordinal);
        await secrets.AssertKeptAsync(prober);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_jwt_that_expires_under_a_held_link_loses_it_and_a_new_one_in_its_file_brings_it_back(string server, string version)
    {
        var secrets = new KeptSecrets();
        var chain = new JwtChain();
        await using var broker = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var creds = broker.Write("creds", secrets.KeepCreds(chain.Credentials(expires: DateTimeOffset.UtcNow.AddSeconds(6))));
        await using var prober = await ProberProcess.StartAsync(AccessFile.Of("expiring", broker.Url, $"credsFile: {creds}"));
        await prober.UntilAsync(s => s.Ticks("expiring", "success") > 0, $"it serves on {version}");

        var lost = await prober.UntilAsync(s => s.Dials("expiring", "auth_expired") >= 3, "it is lost and dialled for");
        // Within the second in which a JWT ends, brokers still take it, and throw it out at once. The prober knows, and waits.
        Assert.Equal((1, 1), (lost.Disconnects("expiring"), lost.Disconnects("_cluster")));
        Assert.Equal((lost.Disconnects("expiring"), false), (lost.Causes("expiring", "auth_expired"), lost.IsConnected("expiring")));
        Assert.Equal(0, lost.Dials("expiring", "auth"));
        Assert.Equal(("auth_expired", "the broker said: User Authentication Expired"), await Told.WhyAsync(prober, "expiring"));

        broker.Write("creds", secrets.KeepCreds(chain.Credentials(expires: DateTimeOffset.UtcNow.AddHours(1))));
        var back = await prober.UntilAllConnectedAsync();
        Assert.Equal((lost.Disconnects("expiring"), lost.Disconnects("expiring")), (back.Disconnects("expiring"), back.Reconnects("expiring")));
        await secrets.AssertKeptAsync(prober);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_end_of_credentials_and_of_the_brokers_certificate_is_shown_trusted_or_not(string server, string version)
    {
        using var certs = new TlsFolder();
        var secrets = new KeptSecrets();
        var chain = new JwtChain();
        var end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(5).ToUnixTimeSeconds());
        var good = certs.Authority.Issue(TlsFolder.RightHosts, to: 20);
        var expired = certs.Authority.Issue(TlsFolder.RightHosts, from: -9, to: -2);
        await using var trusted = await AuthBroker.StartAsync(server, chain.ServerConfiguration() + "\n" + certs.Broker("good", good));
        await using var stale = await AuthBroker.StartAsync(server, certs.Broker("stale", expired));
        var creds = trusted.Write("creds", secrets.KeepCreds(chain.Credentials(expires: end)));
        await using var prober = await ProberProcess.StartAsync(
        [
            AccessFile.Of("trusted", trusted.Url, $"credsFile: {creds}", $"caFile: {certs.CaFile}"),
            AccessFile.Of("stale", stale.Url, tls: $"caFile: {certs.CaFile}"),
        ]);

        var scrape = await prober.UntilAsync(
            s => s.IsConnected("trusted") && s.Disconnects("stale") == 1 && s[CredentialsExpiry, ("cluster", "trusted")] == end.ToUnixTimeSeconds(),
            $"both are dialled on {version}, and the credentials' end is shown");
        Assert.Equal(good.NotAfter.ToUnixTimeSeconds(), scrape.Of("trusted", CertificateExpiry));
        Assert.Equal(expired.NotAfter.ToUnixTimeSeconds(), scrape.Of("stale", CertificateExpiry));

        var later = end.AddHours(1);
        trusted.Write("creds", secrets.KeepCreds(chain.Credentials(expires: later)));
        await trusted.RestartAsync(chain.ServerConfiguration() + "\n" + certs.Broker("good", expired));
        await prober.UntilAsync(
            s => s.Of("trusted", CertificateExpiry) == expired.NotAfter.ToUnixTimeSeconds() && s[CredentialsExpiry, ("cluster", "trusted")] == later.ToUnixTimeSeconds(),
            "what is shown follows the files",
            seconds: 70);
    }
}
