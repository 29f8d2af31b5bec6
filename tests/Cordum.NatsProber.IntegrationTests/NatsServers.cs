using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests;

/// <summary>
/// The nats-server executables that the tests run against: the paths in NATSPROBER_NATS_SERVERS, separated by colons, or else the one that the lab finds.
/// </summary>
public static class NatsServers
{
    private const string Variable = "NATSPROBER_NATS_SERVERS";

    private static readonly Lazy<(string Path, string Version)[]> Found = new(Find);

    /// <summary>Path and version of each: for tests whose outcome may depend on the server.</summary>
    public static TheoryData<string, string> All => [.. Found.Value.Select(server => new TheoryDataRow<string, string>(server.Path, server.Version))];

    /// <summary>The path of each.</summary>
    public static IEnumerable<string> Paths => Found.Value.Select(server => server.Path);

    /// <summary>The path of the first: for tests to which any server will do.</summary>
    public static string Any => Found.Value[0].Path;

    private static (string Path, string Version)[] Find()
    {
        var named = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var paths = named.Length > 0 ? named.Select(path => NatsServerBinary.Find(path)) : [NatsServerBinary.Find()];
        return [.. paths.Select(path => (path, NatsServerBinary.VersionAsync(path).GetAwaiter().GetResult()))];
    }
}
