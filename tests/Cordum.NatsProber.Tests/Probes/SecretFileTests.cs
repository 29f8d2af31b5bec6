namespace Cordum.NatsProber.Tests.Probes;

public class SecretFileTests
{
    private const string Top = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";

    /// <summary>Those that say how to sign in; what a test says of <c>auth</c> holds for each.</summary>
    private static readonly string[] Sections = ["auth", "systemAuth"];

    [Theory]
    [InlineData("tokenFile: missing", "there is no such file")]
    [InlineData("tokenFile: missing/deeper", "there is no such file")]
    [InlineData("tokenFile: folder", "it is a folder")]
    [InlineData("tokenFile: empty", "it is empty")]
    [InlineData("tokenFile: blank", "it is empty")]
    [InlineData("tokenFile: \"a\\0b\"", "that is no file path")]
    public void Unusable_file_is_an_error_that_repeats_neither_path_nor_content(string auth, string problem)
    {
        using var folder = Folder();
        var written = auth.Split(": ")[1];
        Assert.All(Sections, section =>
        {
            var error = Assert.Single(folder.Read($"{Top}{section}: {{ {auth} }}").Errors);

            Assert.Equal((3, 16 + section.Length, $"{section}.tokenFile: {problem}"), (error.Line, error.Column, error.Problem));
            Assert.Contains(folder.Root, error.Remedy, StringComparison.Ordinal);
            if (written.StartsWith("missing", StringComparison.Ordinal))
                Assert.DoesNotContain("missing", error.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Unreadable_file_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "needs a user whom file modes bind");
        using var folder = Folder();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(folder.Root, "good"), UnixFileMode.None);

        Assert.Equal("auth.tokenFile: permission denied", Assert.Single(folder.Read($"{Top}auth: {{ tokenFile: good }}").Errors).Problem);
    }

    [Theory]
    [InlineData("{ user: u }", "auth.user has no password")]
    [InlineData("{ passwordFile: good }", "auth.passwordFile has no user")]
    [InlineData("{ user: u, passwordFile: good, tokenFile: good }", "auth.tokenFile is a second way to sign in")]
    [InlineData("{ nkeySeedFile: good, credsFile: good }", "auth.credsFile is a second way to sign in")]
    [InlineData("{ credsFile: good, passwordFile: good }", "auth.credsFile is a second way to sign in", "auth.passwordFile has no user")]
    [InlineData("{}", "auth names no way to sign in")]
    public void Exactly_one_way_to_sign_in(string auth, params string[] problems)
    {
        using var folder = Folder();

        Assert.All(Sections, section => Assert.Equal(
            problems.Select(problem => section + problem["auth".Length..]),
            folder.Read($"{Top}{section}: {auth}").Errors.Select(e => e.Problem).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("auth", ", or remove auth to connect anonymously")]
    [InlineData("systemAuth", ", or remove systemAuth to ask the brokers about themselves as an ordinary user")]
    public void Who_names_no_way_is_told_what_happens_without_the_section(string section, string remedy) =>
        Assert.EndsWith(remedy, Assert.Single(ProbeFolder.ReadAlone($"{Top}{section}: {{}}").Errors).Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData("certFile", "tls.certFile is given without keyFile")]
    [InlineData("keyFile", "tls.keyFile is given without certFile")]
    public void Certificate_and_key_go_together(string key, string problem)
    {
        using var folder = Folder();

        Assert.Equal(problem, Assert.Single(folder.Read($"{Top}tls: {{ {key}: good }}").Errors).Problem);
    }

    [Theory]
    [InlineData("auth: { password: s3cret }")]
    [InlineData("auth: { s3cret }")]
    [InlineData("auth: s3cret")]
    [InlineData("auth: { tokenFile: s3cret }")]
    [InlineData("auth: { tokenFile: [s3cret] }")]
    [InlineData("auth: { tokenFile: *s3cret }")]
    [InlineData("auth: { tokenFile: !s3cret x }")]
    [InlineData("auth: { tokenFile: @s3cret }")]
    [InlineData("auth: { tokenFile: &s3cret }")]
    [InlineData("auth: { tokenFile: %s3cret }")]
    [InlineData("auth: { tokenFile: \"s3cret\\q\" }")]
    [InlineData("auth: { tokenFile: s3cret: x }")]
    public void A_secret_written_by_mistake_is_not_repeated(string auth)
    {
        var errors = Sections.Select(section => ProbeFolder.ReadAlone(Top + section + auth["auth".Length..]).Errors).ToList();

        Assert.All(errors, Assert.NotEmpty);
        Assert.All(errors.SelectMany(e => e), e => Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal));
    }

    private static ProbeFolder Folder()
    {
        var folder = new ProbeFolder();
        folder.Put("good", "content");
        folder.Put("empty", "");
        folder.Put("blank", " \r\n\t");
        folder.Put("folder/x", "content");
        return folder;
    }
}
