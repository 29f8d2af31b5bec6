using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>Secrets in environment variables.</summary>
public class SecretVariableTests
{
    private const string Top = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";

    /// <summary>Those that say how to sign in; what a test says of <c>auth</c> holds for each.</summary>
    private static readonly string[] Sections = ["auth", "systemAuth"];

    public static TheoryData<string, AuthSettings> Sources => new()
    {
        { "{ user: u, passwordEnv: SET }", new() { User = "u", PasswordEnv = "SET" } },
        { "{ tokenEnv: SET }", new() { TokenEnv = "SET" } },
        { "{ nkeySeedEnv: SET }", new() { NkeySeedEnv = "SET" } },
        { "{ credsEnv: SET }", new() { CredsEnv = "SET" } },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Each_secret_may_be_in_a_variable_and_only_its_name_is_kept(string auth, AuthSettings settings)
    {
        var (own, system) = (Read("auth", auth), Read("systemAuth", auth));

        Assert.Empty(own.Errors.Concat(system.Errors));
        Assert.Equal((settings, null), (own.Files.Single().Auth, own.Files.Single().SystemAuth));
        Assert.Equal((null, settings), (system.Files.Single().Auth, system.Files.Single().SystemAuth));
        Assert.DoesNotContain("s3cret", $"{own.Files[0]}{system.Files[0]}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenEnv: UNSET", "auth.tokenEnv: the environment variable that is named here is not set")]
    [InlineData("tokenEnv: SETT", "auth.tokenEnv: the environment variable that is named here is not set")]
    [InlineData("tokenEnv: EMPTY", "auth.tokenEnv: the environment variable that is named here is empty")]
    [InlineData("tokenEnv: BLANK", "auth.tokenEnv: the environment variable that is named here is empty")]
    [InlineData("tokenEnv: SET ME", "auth.tokenEnv: that is not the name of an environment variable")]
    [InlineData("tokenEnv: 9SET", "auth.tokenEnv: that is not the name of an environment variable")]
    [InlineData("tokenEnv: $SET", "auth.tokenEnv: that is not the name of an environment variable")]
    [InlineData("tokenEnv: \"${SET}\"", "auth.tokenEnv: that is not the name of an environment variable")]
    [InlineData("tokenEnv: \"SET\\n\"", "auth.tokenEnv: that is not the name of an environment variable")]
    [InlineData("tokenEnv: 9", "auth.tokenEnv must be a text, not a number")]
    public void An_unusable_variable_is_an_error_at_its_place_that_repeats_nothing(string auth, string problem) =>
        Assert.All(Sections, section =>
        {
            var error = Assert.Single(Read(section, $"{{ {auth} }}").Errors);
            Assert.Equal((3, 15 + section.Length, section + problem["auth".Length..]), (error.Line, error.Column, error.Problem));
            Assert.DoesNotContain(auth.Split(": ")[1].Trim('"'), $"{error.Problem} {error.Remedy}", StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("{ user: u, passwordFile: good, passwordEnv: SET }", "auth.passwordEnv is a second place of the same secret")]
    [InlineData("{ tokenEnv: SET, tokenFile: good }", "auth.tokenEnv is a second place of the same secret")]
    [InlineData("{ nkeySeedEnv: SET, nkeySeedFile: good }", "auth.nkeySeedEnv is a second place of the same secret")]
    [InlineData("{ credsEnv: SET, credsFile: good }", "auth.credsEnv is a second place of the same secret")]
    [InlineData("{ passwordEnv: SET }", "auth.passwordEnv has no user")]
    [InlineData("{ user: u, tokenEnv: SET }", "auth.tokenEnv is a second way to sign in", "auth.user has no password")]
    [InlineData("{ user: u, passwordEnv: SET, credsEnv: SET }", "auth.credsEnv is a second way to sign in")]
    [InlineData(
        "{ tokenFile: missing, tokenEnv: UNSET, credsEnv: SET }",
        "auth.credsEnv is a second way to sign in",
        "auth.tokenEnv is a second place of the same secret",
        "auth.tokenEnv: the environment variable that is named here is not set",
        "auth.tokenFile: there is no such file")]
    public void One_way_to_sign_in_and_one_place_for_its_secret(string auth, params string[] problems) =>
        Assert.All(Sections, section => Assert.Equal(
            problems.Select(problem => section + problem["auth".Length..]), Read(section, auth).Errors.Select(e => e.Problem).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("auth: { tokenEnv: s3cret }")]
    [InlineData("auth: { tokenEnv: s3cret-with-other-signs }")]
    [InlineData("auth: { user: u, passwordEnv: [s3cret] }")]
    [InlineData("auth: { credsEnv: { s3cret: x } }")]
    [InlineData("auth: { nkeySeedEnv: !s3cret x }")]
    [InlineData("auth: { tokenEnv: *s3cret }")]
    [InlineData("auth: { password: s3cret }")]
    public void A_secret_written_in_place_of_a_name_is_not_repeated(string auth)
    {
        var errors = Sections.Select(section => ProbeFolder.ReadAlone(Top + section + auth["auth".Length..]).Errors).ToList();

        Assert.All(errors, Assert.NotEmpty);
        Assert.All(errors.SelectMany(e => e), e => Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Who_writes_a_secret_into_the_file_is_told_of_both_places() =>
        Assert.All(Sections, section => Assert.Contains(
            ProbeFolder.ReadAlone($"{Top}{section}: {{ user: u, password: x }}").Errors,
            e => e.Problem == $"unknown key in {section}" && e.Remedy.StartsWith("did you mean passwordFile or passwordEnv?", StringComparison.Ordinal)));

    [Fact]
    public void Without_another_environment_it_is_the_process_that_is_asked()
    {
        var read = ProbeFolder.ReadAlone($"{Top}auth: {{ tokenEnv: PATH }}");

        Assert.Empty(read.Errors);
        Assert.Equal("PATH", Assert.Single(read.Files).Auth!.TokenEnv);
    }

    private static ReadResult Read(string section, string auth)
    {
        using var folder = new ProbeFolder();
        folder.Put("good", "content");
        return ProbeFileReader.Read(folder.Put("file.yaml", $"{Top}{section}: {auth}"), name => name switch
        {
            "SET" => "s3cret",
            "EMPTY" => "",
            "BLANK" => " \n",
            _ => null,
        });
    }
}
