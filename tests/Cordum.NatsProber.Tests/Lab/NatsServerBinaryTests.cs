using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Tests.Lab;

public sealed class NatsServerBinaryTests
{
    [Theory]
    [InlineData("/given", "/named", "/on/path", "/given")]
    [InlineData(null, "/named", "/on/path", "/named")]
    [InlineData("", "", "/first:/on/path", "/on/path/nats-server")]
    [InlineData(null, null, null, "/usr/sbin/nats-server")]
    public void The_path_given_wins_then_the_variable_then_PATH_then_the_usual_folders(string? given, string? named, string? path, string expected) =>
        Assert.Equal(expected, Find(given, named, path, "/given", "/named", "/on/path/nats-server", "/usr/sbin/nats-server"));

    [Fact]
    public void A_path_given_that_is_no_executable_is_an_error_not_a_reason_to_take_another()
    {
        Assert.Contains("--nats-server", Assert.Throws<LabException>(() => Find("/absent", null, null, "/usr/sbin/nats-server")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "/absent is not an executable file: correct or unset NATSPROBER_NATS_SERVER",
            Assert.Throws<LabException>(() => Find(null, "/absent", null, "/usr/sbin/nats-server")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_the_message_says_what_to_install_and_what_to_set()
    {
        var message = Assert.Throws<LabException>(() => Find(null, null, "/somewhere")).Message;

        Assert.All(["apt-get install nats-server", "--nats-server", "NATSPROBER_NATS_SERVER"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static string Find(string? given, string? named, string? path, params string[] executables) =>
        NatsServerBinary.Find(given, name => name == "PATH" ? path : name == NatsServerBinary.Variable ? named : null, executables.Contains);
}
