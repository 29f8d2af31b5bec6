using Cordum.NatsProber.IntegrationTests.Prober;
using NATS.NKeys.Tests;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>What brokers take away and give back while everything runs: held links are lost, dialled for, and come back, without a restart of anything.</summary>
public sealed class ReloadTests
{
    public static TheoryData<string, string> Servers => NatsServers.All;

    /// <summary>
    /// A broker tells those whose password or JWT it no longer takes. Those whose user or nkey it no longer has, it closes without a word (2.9.10 and 2.15.1 alike: it
    /// takes them for moved to another account); only their next dial hears why.
    /// </summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Who_is_revoked_by_a_reload_is_lost_and_comes_back_when_restored(string server, string version)
    {
        (string Name, string Cause, string Words)[] expected =
        [
            ("password", "auth", "the broker said: Authorization Violation"),
            ("jwt", "auth", "the broker said: "),
            ("removed", "eof", "the broker closed the connection"),
            ("nkey", "eof", "the broker closed the connection"),
        ];
        var secrets = new KeptSecrets();
        var (password, changed) = (secrets.New(), secrets.New());
        var user = new TestKey('U');
        var chain = new JwtChain();
        var all = $$"""
            authorization: { users: [ { user: prober, password: {{password}} }, { user: temporary, password: {{password}} }, { nkey: {{user.PublicKeyText}} } ] }
            """;
        await using var users = await AuthBroker.StartAsync(server, all);
        await using var operators = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var passwordFile = users.Write("password", password);
        await using var prober = await ProberProcess.StartAsync(
        [
            AccessFile.Of("password", users.Url, $"user: prober, passwordFile: {passwordFile}"),
            AccessFile.Of("removed", users.Url, $"user: temporary, passwordFile: {passwordFile}"),
            AccessFile.Of("nkey", users.Url, $"nkeySeedFile: {users.Write("seed", secrets.Keep(user.SeedText))}"),
            AccessFile.Of("jwt", operators.Url, $"credsFile: {operators.Write("creds", secrets.KeepCreds(chain.Credentials()))}"),
        ]);
        await prober.UntilAsync(s => s.Endpoints.All(e => s.IsConnected(e) && s.Ticks(e, "success") > 0), $"all serve on {version}");

        await users.ReloadAsync($$"""authorization: { users: [ { user: prober, password: {{changed}} } ] }""");
        await operators.ReloadAsync(chain.ServerConfiguration(revoked: true));
        var lost = await prober.UntilAsync(s => s.Endpoints.All(e => s.Dials(e, "auth") >= 3), "all are lost and dialled for");
        foreach (var (name, cause, words) in expected)
        {
            var told = await Told.WhyAsync(prober, name);
            Assert.Equal((name, cause), (name, told.Cause));
            Assert.StartsWith(words, told.Detail, StringComparison.Ordinal);
            if (cause != "auth")
                Assert.StartsWith("the broker said: Auth", (await Told.WhyStillAsync(prober, name)).Detail, StringComparison.Ordinal); // on a busy machine it may be the timeout
            Assert.Equal((1, 1, 0, false), (lost.Disconnects(name), lost.Causes(name, cause), lost.Reconnects(name), lost.IsConnected(name)));
        }

        await users.ReloadAsync(all);
        await operators.ReloadAsync(chain.ServerConfiguration());
        var back = await prober.UntilAllConnectedAsync();
        foreach (var (name, cause, _) in expected)
            Assert.Equal((1, 1, 1, 1), (back.Disconnects(name), back.Causes(name, cause), back.Reconnects(name), back.Outages(name)));
        await secrets.AssertKeptAsync(prober);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_secret_that_was_rotated_in_its_file_is_the_one_that_the_next_dial_uses(string server, string version)
    {
        var secrets = new KeptSecrets();
        var (oldPassword, newPassword, oldToken, newToken) = (secrets.New(), secrets.New(), secrets.New(), secrets.New());
        var (oldKey, newKey) = (new TestKey('U'), new TestKey('U'));
        var (oldChain, newChain) = (new JwtChain(), new JwtChain());
        string Users(string password, TestKey key) => $$"""authorization: { users: [ { user: prober, password: {{password}} }, { nkey: {{key.PublicKeyText}} } ] }""";
        string Token(string token) => $$"""authorization: { token: {{token}} }""";
        await using var users = await AuthBroker.StartAsync(server, Users(oldPassword, oldKey));
        await using var tokens = await AuthBroker.StartAsync(server, Token(oldToken));
        await using var operators = await AuthBroker.StartAsync(server, oldChain.ServerConfiguration());
        users.Write("password", oldPassword);
        users.Write("seed", secrets.Keep(oldKey.SeedText));
        tokens.Write("token", oldToken);
        operators.Write("creds", secrets.KeepCreds(oldChain.Credentials()));
        await using var prober = await ProberProcess.StartAsync(
        [
            AccessFile.Of("password", users.Url, $"user: prober, passwordFile: {users.Folder}/password"),
            AccessFile.Of("nkey", users.Url, $"nkeySeedFile: {users.Folder}/seed"),
            AccessFile.Of("token", tokens.Url, $"tokenFile: {tokens.Folder}/token"),
            AccessFile.Of("jwt", operators.Url, $"credsFile: {operators.Folder}/creds"),
        ]);
        await prober.UntilAllConnectedAsync();

        users.Write("password", newPassword);
        users.Write("seed", secrets.Keep(newKey.SeedText));
        tokens.Write("token", newToken);
        operators.Write("creds", secrets.KeepCreds(newChain.Credentials()));
        await users.ReloadAsync(Users(newPassword, newKey));
        await tokens.ReloadAsync(Token(newToken));
        await operators.RestartAsync(newChain.ServerConfiguration()); // no reload changes whom a broker trusts as its operator

        var back = await prober.UntilAsync(
            s => s.PinnedEndpoints.All(e => s.Reconnects(e) == 1) && s.Reconnects("_cluster") == 4 && s.Endpoints.All(s.IsConnected), $"all are back on {version}");
        Assert.Equal(4, back.Disconnects("_cluster"));
        foreach (var endpoint in back.PinnedEndpoints)
            Assert.Equal((1, 0), (back.Disconnects(endpoint), back.Dials(endpoint, "auth")));
        await secrets.AssertKeptAsync(prober);
    }
}
