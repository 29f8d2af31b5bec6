using System.Text;
using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>
/// Where TLS is asked for, no secret ever crosses the wire in clear, whoever stands on the way and whatever becomes of the broker. Judged by a recording of all that the
/// prober sent; and by one of a prober that asks for no TLS, in which the secrets must be found.
/// </summary>
public sealed class ClearTextTests
{
    public static TheoryData<string, string> Servers => NatsServers.All;

    /// <summary>Somebody on the way, and how the prober's log speaks of him; no words where it is to connect.</summary>
    private sealed record Eavesdropper(string Name, RecordingProxy Proxy, string Auth, string Tls, string Words);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Where_tls_is_asked_for_no_secret_crosses_in_clear(string server, string version)
    {
        using var certs = new TlsFolder();
        var secrets = new KeptSecrets();
        var (password, token) = (secrets.New(), secrets.New());
        var users = $$"""authorization: { users: [ { user: prober, password: {{password}} } ] }""" + "\n";
        var tokens = $$"""authorization: { token: {{token}} }""" + "\n";
        var tls = certs.Broker("broker", certs.Authority.Issue(TlsFolder.RightHosts));
        await using var usersTls = await AuthBroker.StartAsync(server, users + tls);
        await using var tokensTls = await AuthBroker.StartAsync(server, tokens + tls);
        await using var usersPlain = await AuthBroker.StartAsync(server, users);
        await using var tokensPlain = await AuthBroker.StartAsync(server, tokens);
        await using var switched = await AuthBroker.StartAsync(server, users + tls);
        var asUser = $"user: prober, passwordFile: {certs.Write("password", password)}";
        var byToken = $"tokenFile: {certs.Write("token", token)}";
        var demanded = $"caFile: {certs.CaFile}";
        static byte[] Strip(byte[] info) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(info).Replace("tls_required\":true", "tls_required\":false", StringComparison.Ordinal)
            .Replace("tls_available\":true", "tls_available\":false", StringComparison.Ordinal));
        static byte[] Inject(byte[] info) => [.. info, .. "PING\r\n"u8];
        static byte[] InjectInfo(byte[] info) => [.. Strip(info), .. info];

        Eavesdropper[] all =
        [
            new("plain-user", new RecordingProxy(usersPlain.Port), asUser, "", ""),
            new("plain-token", new RecordingProxy(tokensPlain.Port), byToken, "", ""),
            new("tls-user", new RecordingProxy(usersTls.Port), asUser, demanded, ""),
            new("tls-token", new RecordingProxy(tokensTls.Port), byToken, demanded, ""),
            new("no-tls-user", new RecordingProxy(usersPlain.Port), asUser, demanded, "the broker offers no TLS"),
            new("no-tls-token", new RecordingProxy(tokensPlain.Port), byToken, demanded, "the broker offers no TLS"),
            new("no-tls-first", new RecordingProxy(usersPlain.Port), asUser, demanded + ", handshakeFirst: true", "does not speak TLS"),
            new("stripped", new RecordingProxy(usersTls.Port) { Forge = Strip }, asUser, demanded, "the broker offers no TLS"),
            new("injected", new RecordingProxy(usersTls.Port) { Forge = Inject }, asUser, demanded, "bytes in clear between INFO and the TLS handshake"),
            new("second-info", new RecordingProxy(usersTls.Port) { Forge = InjectInfo }, byToken, demanded, "the broker offers no TLS"),
            new("foreign", new RecordingProxy(usersTls.Port), asUser, $"caFile: {certs.Write("other.pem", certs.Other.Pem)}", "not to be trusted"),
            new("switched", new RecordingProxy(switched.Port), asUser, demanded, ""),
        ];
        try
        {
            await using var prober = await ProberProcess.StartAsync([.. all.Select(way => AccessFile.Of(way.Name, way.Proxy.Url, way.Auth, way.Tls))]);
            // Well or badly: what was sent is judged first, and how it ended afterwards.
            await prober.UntilAsync(
                s => all.All(way => s.IsConnected(way.Name) || s.Of(way.Name, "cordum_nats_connect_attempt_total") >= 2), $"all have been heard on {version}");
            await switched.RestartAsync(users);
            var scrape = await prober.UntilAsync(
                s => s.IsConnected("tls-user") && s.IsConnected("tls-token") && s.Dials("switched", "tls") + s.Reconnects("switched") >= 1, "the broker that has lost its TLS is dialled");

            foreach (var (name, proxy, _, _, words) in all)
            {
                var heard = proxy.Recorded;
                if (name.StartsWith("plain", StringComparison.Ordinal))
                {
                    // The positive control: a recording that finds nothing here would find nothing anywhere.
                    Assert.True(Holds(heard, name == "plain-user" ? password : token), $"{name}: the secret is not where it must be");
                    Assert.True(Holds(heard, "CONNECT"), name);
                    continue;
                }

                Assert.True(proxy.Connections >= (words.Length == 0 ? 1 : 2), $"{name}: nobody called");
                Assert.False(Holds(heard, password) || Holds(heard, token), $"{name}: a secret in clear");
                Assert.False(Holds(heard, "CONNECT"), $"{name}: CONNECT in clear");
            }

            foreach (var (name, _, _, _, words) in all)
            {
                if (words.Length == 0)
                    continue;
                Assert.Equal((1, 0, false), (scrape.Causes(name, "tls"), scrape.Reconnects(name), scrape.IsConnected(name)));
                Assert.Contains(words, (await Told.WhyAsync(prober, name)).Detail, StringComparison.Ordinal);
            }

            Assert.Contains("the broker offers no TLS", (await Told.WhyStillAsync(prober, "switched")).Detail, StringComparison.Ordinal);
            await secrets.AssertKeptAsync(prober);
        }
        finally
        {
            foreach (var way in all)
                await way.Proxy.DisposeAsync();
        }
    }

    private static bool Holds(byte[] heard, string text) => heard.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
