namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>The nats-server binaries to test against: those of <c>NATSPROBER_NATS_SERVERS</c>, set by eng/test.sh, else an installed one.</summary>
internal static class NatsServers
{
    internal static TheoryData<string> All()
    {
        var listed = (Environment.GetEnvironmentVariable("NATSPROBER_NATS_SERVERS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return new TheoryData<string>(listed.Length > 0 ? listed : [Installed()]);
    }

    private static string Installed() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, "nats-server"))
        .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("No nats-server found: run eng/test.sh, which fetches them.");
}
