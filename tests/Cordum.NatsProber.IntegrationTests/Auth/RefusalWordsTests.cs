using Cordum.NatsProber.IntegrationTests.Prober;
using NATS.NKeys.Tests;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>A broker says only that it refuses. The log says what it refused: whose credentials, and where they are kept.</summary>
public sealed class RefusalWordsTests
{
    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_log_says_what_was_refused(string server, string version)
    {
        var secrets = new KeptSecrets();
        var stranger = new TestKey('U');
        var chain = new JwtChain();
        await using var users = await AuthBroker.StartAsync(server, $$"""authorization: { users: [ { user: prober, password: {{secrets.New()}} } ] }""");
        await using var tokens = await AuthBroker.StartAsync(server, $$"""authorization: { token: {{secrets.New()}} }""");
        await using var operators = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var (password, token) = (users.Write("password", secrets.New()), tokens.Write("token", secrets.New()));
        var seed = users.Write("seed", secrets.Keep(stranger.SeedText));
        var foreign = new TestKey('A');
        var creds = operators.Write("creds", secrets.KeepCreds(chain.Credentials(vouchedBy: foreign)));
        var otherSeed = new TestKey('U');
        var stolen = operators.Write("stolen", secrets.KeepCreds(chain.Credentials(seed: otherSeed.SeedText, vouchedBy: foreign)));
        (string Name, AuthBroker Broker, string Auth, string Words)[] ways =
        [
            ("wrong-password", users, $"user: prober, passwordFile: {password}", $"user prober with the password in {password}"),
            ("unknown-user", users, $"user: somebody, passwordFile: {password}", $"user somebody with the password in {password}"),
            ("wrong-nkey", users, $"nkeySeedFile: {seed}", $"nkey {stranger.PublicKeyText}, whose seed is in {seed}"),
            ("no-credentials", users, "", "no credentials (the probe file has no auth)"),
            ("wrong-token", tokens, $"tokenFile: {token}", $"the token in {token}"),
            ("foreign-account", operators, $"credsFile: {creds}", $"user {chain.User} of account {foreign.PublicKeyText}, whose credentials are in {creds}"),
            (
                "foreign-seed",
                operators,
                $"credsFile: {stolen}",
                $"user {chain.User} of account {foreign.PublicKeyText}, whose credentials are in {stolen} with the seed of another user, {otherSeed.PublicKeyText}"
            ),
        ];
        await using var prober = await ProberProcess.StartAsync([.. ways.Select(way => AccessFile.Of(way.Name, way.Broker.Url, way.Auth))]);
        await prober.UntilAsync(s => ways.All(way => s.Dials(way.Name, "auth") > 0), $"all are refused by {version}");

        foreach (var (name, _, _, words) in ways)
            Assert.Equal(("auth", $"the broker said: Authorization Violation, to {words}"), await Told.WhyAsync(prober, name));
        await secrets.AssertKeptAsync(prober);
    }
}
