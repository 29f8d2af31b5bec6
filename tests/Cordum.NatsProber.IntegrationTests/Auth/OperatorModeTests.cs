using NATS.Client.Core;
using NATS.NKeys.Tests;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Every way of logging in to a real broker, through the client and this repository's NATS.NKeys.</summary>
public class OperatorModeTests
{
    public static TheoryData<string> Servers => [.. NatsServers.Paths];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Credentials_of_a_known_account_do_a_round_trip(string server)
    {
        var chain = new JwtChain();
        await using var broker = await AuthBroker.StartAsync(server, chain.ServerConfiguration());

        await AssertRoundTripAsync(broker, new NatsAuthOpts { CredsFile = await WriteAsync(broker, chain.Credentials()) });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Credentials_with_another_users_seed_are_refused(string server)
    {
        var chain = new JwtChain();
        await using var broker = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var stolen = chain.Credentials(seed: new TestKey('U').SeedText);

        await AssertRefusedAsync(broker, new NatsAuthOpts { CredsFile = await WriteAsync(broker, stolen) });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Credentials_of_an_unknown_account_are_refused(string server)
    {
        var chain = new JwtChain();
        await using var broker = await AuthBroker.StartAsync(server, chain.ServerConfiguration());
        var forged = chain.Credentials(vouchedBy: new TestKey('A'));

        await AssertRefusedAsync(broker, new NatsAuthOpts { CredsFile = await WriteAsync(broker, forged) });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Operator_mode_refuses_the_anonymous(string server)
    {
        await using var broker = await AuthBroker.StartAsync(server, new JwtChain().ServerConfiguration());

        await AssertRefusedAsync(broker, NatsAuthOpts.Default);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Nkey_does_a_round_trip_and_another_seed_is_refused(string server)
    {
        var user = new TestKey('U');
        await using var broker = await AuthBroker.StartAsync(server, $$"""authorization: { users: [ { nkey: {{user.PublicKeyText}} } ] }""");

        await AssertRoundTripAsync(broker, new NatsAuthOpts { NKey = user.PublicKeyText, Seed = user.SeedText });
        await AssertRoundTripAsync(broker, new NatsAuthOpts { NKeyFile = await WriteAsync(broker, $"{user.SeedText}\n{user.PublicKeyText}\n") });
        await AssertRoundTripAsync(broker, new NatsAuthOpts { AuthCredCallback = (_, _) => new(NatsAuthCred.FromNkey(user.SeedText)) });
        await AssertRefusedAsync(broker, new NatsAuthOpts { NKey = user.PublicKeyText, Seed = new TestKey('U').SeedText });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task User_and_password_do_a_round_trip_and_a_wrong_password_is_refused(string server)
    {
        await using var broker = await AuthBroker.StartAsync(server, "authorization: { users: [ { user: prober, password: right } ] }");

        await AssertRoundTripAsync(broker, new NatsAuthOpts { Username = "prober", Password = "right" });
        await AssertRefusedAsync(broker, new NatsAuthOpts { Username = "prober", Password = "wrong" });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Token_does_a_round_trip_and_a_wrong_one_is_refused(string server)
    {
        await using var broker = await AuthBroker.StartAsync(server, "authorization: { token: right }");

        await AssertRoundTripAsync(broker, new NatsAuthOpts { Token = "right" });
        await AssertRefusedAsync(broker, new NatsAuthOpts { Token = "wrong" });
    }

    private static async Task AssertRoundTripAsync(AuthBroker broker, NatsAuthOpts auth)
    {
        using var patience = Patience();
        await using var connection = Connect(broker, auth);
        await using var subscription = await connection.SubscribeCoreAsync<string>("auth.test", cancellationToken: patience.Token);
        await connection.PublishAsync("auth.test", "hello", cancellationToken: patience.Token);

        var message = await subscription.Msgs.ReadAsync(patience.Token);

        Assert.Equal("hello", message.Data);
    }

    private static async Task AssertRefusedAsync(AuthBroker broker, NatsAuthOpts auth)
    {
        using var patience = Patience();
        await using var connection = Connect(broker, auth);

        var refusal = await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync().AsTask().WaitAsync(patience.Token));

        Assert.Contains("authorization violation", refusal.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static NatsConnection Connect(AuthBroker broker, NatsAuthOpts auth) =>
        new(new NatsOpts { Url = broker.Url, AuthOpts = auth, ConnectTimeout = TimeSpan.FromSeconds(10) });

    private static CancellationTokenSource Patience()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromSeconds(20));
        return source;
    }

    private static async Task<string> WriteAsync(AuthBroker broker, string secrets)
    {
        var file = Path.Combine(broker.Folder, "secrets");
        await File.WriteAllTextAsync(file, secrets);
        return file;
    }
}
