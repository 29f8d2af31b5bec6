using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Links;

public sealed class CredentialsTests : IDisposable
{
    // From the README of github.com/nats-io/nkeys; and an operator's from that of nkeys.net.
    private const string UserSeed = "SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY";
    private const string UserKey = "UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT";
    private const string OperatorSeed = "SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM";

    private static readonly string Jwt = JwtClaimsTests.Jwt($$"""{"sub":"{{UserKey}}","iss":"AACCOUNT","exp":1893456000}""");

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-credentials-").FullName;
    private readonly string _variable = $"NATSPROBER_TEST_{Guid.NewGuid():N}";

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string content, string name = "secret")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private string Set(string content)
    {
        Environment.SetEnvironmentVariable(_variable, content);
        return _variable;
    }

    /// <summary>What <c>nsc generate creds</c> writes.</summary>
    private static string Creds(string jwt, string seed) => $"""
        -----BEGIN NATS USER JWT-----
        {jwt}
        ------END NATS USER JWT------

        ************************* IMPORTANT *************************
        NKEY Seed printed below can be used to sign and prove identity.
        NKEYs are sensitive and should be treated as secrets.

        -----BEGIN USER NKEY SEED-----
        {seed}
        ------END USER NKEY SEED------

        *************************************************************
        """;

    private static DialException Refused(AuthSettings settings)
    {
        var failure = Assert.Throws<DialException>(() => Credentials.Present(settings).Options);
        Assert.Equal(DisconnectCause.Auth, failure.Cause);
        return failure;
    }

    [Fact]
    public void Without_a_section_nothing_is_given()
    {
        Assert.True(Credentials.Present(null).Options.IsAnonymous);
        Assert.Equal("no credentials (the probe file has no auth)", Credentials.Present(null).ToString());
    }

    [Fact]
    public void A_user_comes_with_the_password_in_the_file_or_variable()
    {
        var (file, variable) = (Write(" pass word\r\n"), Set("from env\n"));

        var inFile = Credentials.Present(new AuthSettings { User = "prober", PasswordFile = file });
        var inVariable = Credentials.Present(new AuthSettings { User = "prober", PasswordEnv = variable });

        Assert.Equal(("prober", "pass word"), (inFile.Options.Username, inFile.Options.Password));
        Assert.Equal(("prober", "from env"), (inVariable.Options.Username, inVariable.Options.Password));
        Assert.Equal($"user prober with the password in {file}", inFile.ToString());
        Assert.Equal($"user prober with the password in the environment variable {variable}", inVariable.ToString());
    }

    [Fact]
    public void A_token_is_the_file_or_variable()
    {
        Assert.Equal("t0ken", Credentials.Present(new AuthSettings { TokenFile = Write("t0ken\n") }).Options.Token);
        Assert.Equal("t0ken2", Credentials.Present(new AuthSettings { TokenEnv = Set("t0ken2") }).Options.Token);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}\n{1}\n")] // nk -gen user -pubout
    [InlineData("\r\n  {0}  \r\n\r\n")]
    [InlineData("# the prober's seed; public key {1}\n\n{0}\n# end\n")]
    [InlineData("-----BEGIN USER NKEY SEED-----\n{0}\n------END USER NKEY SEED------\n")]
    public void A_seed_is_found_among_comments_blank_lines_and_frames(string file)
    {
        var content = string.Format(null, file, UserSeed, UserKey);
        foreach (var settings in new[] { new AuthSettings { NkeySeedFile = Write(content) }, new AuthSettings { NkeySeedEnv = Set(content) } })
        {
            var presented = Credentials.Present(settings);

            Assert.Equal((UserKey, UserSeed), (presented.Options.NKey, presented.Options.Seed));
            Assert.StartsWith($"nkey {UserKey}, whose seed is in ", presented.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Credentials_are_a_jwt_and_a_seed_whatever_stands_around_them()
    {
        foreach (var content in new[] { Creds(Jwt, UserSeed), Creds(Jwt, UserSeed).ReplaceLineEndings("\r\n"), $"{Jwt}\n{UserSeed}" })
        {
            foreach (var settings in new[] { new AuthSettings { CredsFile = Write(content) }, new AuthSettings { CredsEnv = Set(content) } })
            {
                var presented = Credentials.Present(settings);

                Assert.Equal((Jwt, UserSeed), (presented.Options.Jwt, presented.Options.Seed));
                Assert.StartsWith($"user {UserKey} of account AACCOUNT, whose credentials are in ", presented.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("another user", presented.ToString(), StringComparison.Ordinal);
                Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), presented.Expires);
                Assert.Equal(presented.Expires, Credentials.Expiry(settings));
            }
        }
    }

    [Fact]
    public void A_seed_of_another_user_than_the_jwts_is_told()
    {
        var file = Write(Creds(JwtClaimsTests.Jwt("""{"sub":"UOTHER","iss":"A"}"""), UserSeed));

        Assert.Equal(
            $"user UOTHER of account A, whose credentials are in {file} with the seed of another user, {UserKey}",
            Credentials.Present(new AuthSettings { CredsFile = file }).ToString());
    }

    [Fact]
    public void A_rotated_secret_is_read_at_the_next_dial()
    {
        var settings = new AuthSettings { TokenFile = Write("old") };
        Assert.Equal("old", Credentials.Present(settings).Options.Token);

        Write("new");

        Assert.Equal("new", Credentials.Present(settings).Options.Token);
    }

    [Fact]
    public void Only_credentials_that_can_be_read_have_an_expiry()
    {
        Assert.Null(Credentials.Expiry(null));
        Assert.Null(Credentials.Expiry(new AuthSettings { TokenFile = Write("t0ken") }));
        Assert.Null(Credentials.Expiry(new AuthSettings { CredsFile = "/no/such/secret" }));
        Assert.Null(Credentials.Expiry(new AuthSettings { CredsFile = Write("garbage") }));
        Assert.Null(Credentials.Expiry(new AuthSettings { CredsFile = Write(Creds(JwtClaimsTests.Jwt("{}"), UserSeed)) }));
    }

    public static TheoryData<string, AuthSettings> Unreadable => new()
    {
        { "password", new AuthSettings { User = "prober", PasswordFile = "/no/such/secret" } },
        { "token", new AuthSettings { TokenFile = "/no/such/secret" } },
        { "nkey seed", new AuthSettings { NkeySeedFile = "/no/such/secret" } },
        { "credentials", new AuthSettings { CredsFile = "/no/such/secret" } },
        { "password", new AuthSettings { User = "prober", PasswordEnv = "NO_SUCH_SECRET" } },
        { "token", new AuthSettings { TokenEnv = "NO_SUCH_SECRET" } },
        { "nkey seed", new AuthSettings { NkeySeedEnv = "NO_SUCH_SECRET" } },
        { "credentials", new AuthSettings { CredsEnv = "NO_SUCH_SECRET" } },
        { "token", new AuthSettings { TokenFile = "/" } },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_secret_that_cannot_be_read_is_named(string what, AuthSettings settings)
    {
        var place = settings switch
        {
            { TokenFile: "/" } => "/",
            { PasswordEnv: null, TokenEnv: null, NkeySeedEnv: null, CredsEnv: null } => "/no/such/secret",
            _ => "the environment variable NO_SUCH_SECRET",
        };

        Assert.StartsWith($"the {what} in {place} cannot be used: ", Refused(settings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_makes_no_sense_is_refused_without_a_word_of_it()
    {
        var damaged = UserSeed[..^1] + "A";
        (AuthSettings Settings, string Content, string Complaint)[] cases =
        [
            (new() { TokenFile = "" }, " \n", "it is empty"),
            (new() { TokenFile = "" }, "# the token\nt0ken", "it has several lines, expected one"),
            (new() { User = "u", PasswordFile = "" }, "old\rnew", "it has several lines, expected one"),
            (new() { TokenFile = "" }, new string('x', 300_000), "it has more than 262144 characters"),
            (new() { NkeySeedFile = "" }, "s3cret", "no line of it is a user's seed (SU…)"),
            (new() { NkeySeedFile = "" }, UserKey, "no line of it is a user's seed (SU…)"),
            (new() { NkeySeedFile = "" }, OperatorSeed, "it holds a seed that starts with SO, which is no user's: a user's starts with SU"),
            (new() { NkeySeedFile = "" }, damaged, "The seed is damaged: its checksum does not fit. A character was changed, or two swapped, in copying."),
            (new() { CredsFile = "" }, UserSeed, "no line of it is a user's JWT (eyJ…)"),
            (new() { CredsFile = "" }, Creds("eyJ.eyJ.eyJ", UserSeed), "no line of it is a user's JWT (eyJ…)"),
            (new() { CredsFile = "" }, Jwt, "no line of it is a user's seed (SU…)"),
            (new() { CredsFile = "" }, Creds(Jwt, damaged), "The seed is damaged: its checksum does not fit. A character was changed, or two swapped, in copying."),
        ];
        foreach (var (settings, content, complaint) in cases)
        {
            var file = Write(content);
            var failure = Refused(settings switch
            {
                { TokenFile: not null } => settings with { TokenFile = file },
                { PasswordFile: not null } => settings with { PasswordFile = file },
                { NkeySeedFile: not null } => settings with { NkeySeedFile = file },
                _ => settings with { CredsFile = file },
            });

            Assert.EndsWith($" in {file} cannot be used: {complaint}", failure.Message, StringComparison.Ordinal);
            Assert.Null(failure.InnerException); // where more words could hide
        }
    }

    [Fact]
    public void What_is_presented_prints_no_secret()
    {
        var presented = Credentials.Present(new AuthSettings { CredsFile = Write(Creds(Jwt, UserSeed)) });

        Assert.DoesNotContain(UserSeed, $"{presented}", StringComparison.Ordinal);
        Assert.DoesNotContain(Jwt, $"{presented}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_says_what_was_refused_and_that_it_has_expired()
    {
        var file = Write(Creds(Jwt, UserSeed));
        var presented = Credentials.Present(new AuthSettings { CredsFile = file });
        var end = presented.Expires!.Value;
        var words = $"the broker said: Authorization Violation, to user {UserKey} of account AACCOUNT, whose credentials are in {file}";

        Assert.Equal((DisconnectCause.Auth, words), presented.Refused(DisconnectCause.Auth, "Authorization Violation", end.AddSeconds(-6)));
        Assert.Equal(
            (DisconnectCause.AuthExpired, $"{words}, valid until 2030-01-01T00:00:00Z"),
            presented.Refused(DisconnectCause.Auth, "Authorization Violation", end));
        Assert.Equal(
            (DisconnectCause.MaxConnections, "the broker said: maximum connections exceeded"),
            presented.Refused(DisconnectCause.MaxConnections, "maximum connections exceeded", end));
    }
}
