using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

public sealed class CredentialsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-credentials-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    [Fact]
    public void Without_a_section_nothing_is_given() => Assert.True(Credentials.Read(null).IsAnonymous);

    [Fact]
    public void A_user_comes_with_the_password_in_the_file()
    {
        var auth = Credentials.Read(new AuthSettings { User = "prober", PasswordFile = Write("password", " pass word\r\n") });

        Assert.Equal(("prober", "pass word"), (auth.Username, auth.Password));
    }

    [Fact]
    public void A_token_is_the_file() =>
        Assert.Equal("t0ken", Credentials.Read(new AuthSettings { TokenFile = Write("token", "t0ken\n") }).Token);

    [Fact]
    public void Credentials_are_the_file() =>
        Assert.Equal("-----BEGIN NATS USER JWT-----", Credentials.Read(new AuthSettings { CredsFile = Write("creds", "-----BEGIN NATS USER JWT-----\n") }).Creds);

    [Fact]
    public async Task A_seed_is_given_to_the_client_when_it_asks()
    {
        var auth = Credentials.Read(new AuthSettings { NkeySeedFile = Write("seed", "SUSEED\n") });

        var given = await auth.AuthCredCallback!(new Uri("nats://localhost"), TestContext.Current.CancellationToken);

        Assert.Equal(NatsAuthCred.FromNkey("SUSEED"), given);
        Assert.NotEqual(NatsAuthCred.FromNkey("SUOTHER"), given);
    }

    [Fact]
    public void A_rotated_secret_is_read_at_the_next_dial()
    {
        var settings = new AuthSettings { TokenFile = Write("token", "old") };
        Assert.Equal("old", Credentials.Read(settings).Token);

        Write("token", "new");

        Assert.Equal("new", Credentials.Read(settings).Token);
    }

    public static TheoryData<string, AuthSettings> Unreadable => new()
    {
        { "password", new AuthSettings { User = "prober", PasswordFile = "/no/such/secret" } },
        { "token", new AuthSettings { TokenFile = "/no/such/secret" } },
        { "seed", new AuthSettings { NkeySeedFile = "/no/such/secret" } },
        { "creds", new AuthSettings { CredsFile = "/no/such/secret" } },
        { "folder", new AuthSettings { TokenFile = "/" } },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_file_that_cannot_be_read_is_named(string kind, AuthSettings settings)
    {
        var failure = Assert.Throws<DialException>(() => Credentials.Read(settings));

        Assert.Equal(DisconnectCause.Auth, failure.Cause);
        Assert.Contains(kind == "folder" ? "in / cannot" : "/no/such/secret", failure.Message, StringComparison.Ordinal);
    }
}
