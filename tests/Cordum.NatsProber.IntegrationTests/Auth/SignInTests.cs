using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Prober;
using NATS.NKeys.Tests;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Every way to sign in, right and wrong, by one prober on real brokers.</summary>
public sealed class SignInTests
{
    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Each_right_way_serves_and_each_wrong_one_is_refused(string server, string version)
    {
        var secrets = new KeptSecrets();
        var (password, token) = (secrets.New(), secrets.New());
        var (user, stranger) = (new TestKey('U'), new TestKey('U'));
        var chain = new JwtChain();
        await using var users = await AuthBroker.StartAsync(
            server, $$"""authorization: { users: [ { user: prober, password: {{password}} }, { nkey: {{user.PublicKeyText}} } ] }""");
        await using var tokens = await AuthBroker.StartAsync(server, $$"""authorization: { token: {{token}} }""");
        await using var operators = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        await using var open = await AuthBroker.StartAsync(server, "debug: false");
        string File(string secret) => users.Write($"{Guid.NewGuid():N}", secret);
        string Creds(string creds) => $"credsFile: {File(secrets.KeepCreds(creds))}";

        (string Name, AuthBroker Broker, string Auth)[] right =
        [
            ("password", users, $"user: prober, passwordFile: {File(password + "\n")}"),
            ("nkey", users, $"nkeySeedFile: {File($"# the prober's\n\n{secrets.Keep(user.SeedText)}\n{user.PublicKeyText}\n")}"),
            ("token", tokens, $"tokenFile: {File(token)}"),
            ("creds", operators, Creds(chain.Credentials())),
            ("creds-valid-for-a-day", operators, Creds(chain.Credentials(expires: DateTimeOffset.UtcNow.AddDays(1)))),
            ("anonymous", open, ""),
        ];
        (string Name, AuthBroker Broker, string Auth)[] wrong =
        [
            ("wrong-password", users, $"user: prober, passwordFile: {File(secrets.New())}"),
            ("unknown-user", users, $"user: somebody, passwordFile: {File(password)}"),
            ("wrong-nkey", users, $"nkeySeedFile: {File(secrets.Keep(stranger.SeedText))}"),
            ("wrong-token", tokens, $"tokenFile: {File(secrets.New())}"),
            ("foreign-account", operators, Creds(chain.Credentials(vouchedBy: new TestKey('A')))),
            ("foreign-seed", operators, Creds(chain.Credentials(seed: new TestKey('U').SeedText))),
            ("no-credentials", users, ""),
        ];
        await using var prober = await ProberProcess.StartAsync([.. right.Concat(wrong).Select(way => AccessFile.Of(way.Name, way.Broker.Url, way.Auth))]);

        var scrape = await prober.UntilAsync(
            // The link that fails over signs in through its own client, by the same credentials, at its own pace.
            s => right.All(way => s.IsConnected(way.Name) && s.Ticks(way.Name, "success") > 0 && OfFailover(s, way.Name, "cordum_nats_connected") == 1)
                && wrong.All(way => s.Dials(way.Name, "auth") >= 3 && OfFailover(s, way.Name, "cordum_nats_disconnect_cause_total", ("cause", "auth")) == 1),
            $"every way is tried on {version}");

        foreach (var (name, _, _) in right)
            Assert.Equal((0, 1), (scrape.Disconnects(name), scrape.Of(name, "cordum_nats_connect_attempt_total")));
        foreach (var (name, _, _) in wrong)
        {
            Assert.Equal((1, 1, 0, false), (scrape.Disconnects(name), scrape.Causes(name, "auth"), scrape.Reconnects(name), scrape.IsConnected(name)));
            var (cause, detail) = await Told.WhyAsync(prober, name);
            Assert.Equal("auth", cause);
            Assert.StartsWith("the broker said: Authorization Violation", detail, StringComparison.Ordinal);
        }

        await secrets.AssertKeptAsync(prober);
    }

    private static double OfFailover(Scrape scrape, string cluster, string name, params (string Label, string Value)[] more) =>
        scrape[name, [("cluster", cluster), ("endpoint", "_cluster"), .. more]];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_secret_that_is_lost_or_damaged_under_a_running_prober_is_told_and_mended_without_a_restart(string server, string version)
    {
        var secrets = new KeptSecrets();
        var token = secrets.New();
        var chain = new JwtChain();
        await using var tokens = await AuthBroker.StartAsync(server, $$"""authorization: { token: {{token}} }""");
        await using var operators = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var creds = secrets.KeepCreds(chain.Credentials());
        var (tokenFile, credsFile) = (tokens.Write("token", token), operators.Write("creds", creds));
        await using var prober = await ProberProcess.StartAsync(
            [AccessFile.Of("token", tokens.Url, $"tokenFile: {tokenFile}"), AccessFile.Of("creds", operators.Url, $"credsFile: {credsFile}")]);
        await prober.UntilAllConnectedAsync();

        File.Delete(tokenFile);
        File.WriteAllText(credsFile, secrets.KeepCreds(creds.Replace("\nSU", "\nSX", StringComparison.Ordinal)));
        await tokens.RestartAsync($$"""authorization: { token: {{token}} }""");
        await operators.RestartAsync(chain.ServerConfiguration());
        await prober.UntilAsync(s => s.Dials("token", "auth") >= 2 && s.Dials("creds", "auth") >= 2, $"both are dialled in vain on {version}");
        File.WriteAllText(tokenFile, token);
        File.WriteAllText(credsFile, creds);

        var scrape = await prober.UntilAllConnectedAsync();
        foreach (var endpoint in scrape.PinnedEndpoints)
            Assert.Equal((1, 1), (scrape.Disconnects(endpoint), scrape.Reconnects(endpoint)));
        Assert.StartsWith($"the token in {tokenFile} cannot be used: Could not find file", await WhyAuthAsync("token"), StringComparison.Ordinal);
        Assert.StartsWith($"the credentials in {credsFile} cannot be used: ", await WhyAuthAsync("creds"), StringComparison.Ordinal);
        await secrets.AssertKeptAsync(prober);

        async Task<string> WhyAuthAsync(string endpoint)
        {
            // The loss itself was the broker's end; the first line about the credentials comes with a later dial.
            await prober.UntilAsync(_ => prober.Log.Any(line => About(line, endpoint)), $"a line about {endpoint}'s credentials");
            var state = JsonDocument.Parse(prober.Log.First(line => About(line, endpoint))).RootElement.GetProperty("State");
            return state.GetProperty("Detail").GetString()!;
        }

        static bool About(string line, string endpoint) =>
            line.Contains($"\"Endpoint\":\"{endpoint}\"", StringComparison.Ordinal) && line.Contains("\"Cause\":\"auth\"", StringComparison.Ordinal);
    }
}
