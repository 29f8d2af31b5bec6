using System.Diagnostics;

namespace Cordum.NatsProber.Lab;

/// <summary>The nats-server executable on this machine.</summary>
public static class NatsServerBinary
{
    /// <summary>Name of the environment variable that holds the executable's path.</summary>
    public const string Variable = "NATSPROBER_NATS_SERVER";

    private static readonly string[] UsualFolders = ["/usr/sbin", "/usr/local/bin", "/sbin"];

    /// <summary>Finds the executable: the path given, else the one in <see cref="Variable"/>, else on PATH, else in the usual folders.</summary>
    /// <param name="path">The path given, or null.</param>
    /// <exception cref="LabException">There is none; the message says what to do.</exception>
    public static string Find(string? path = null) => Find(path, Environment.GetEnvironmentVariable, IsExecutable);

    /// <summary>Asks an executable for its version.</summary>
    /// <returns>As in <c>2.15.1</c>.</returns>
    /// <exception cref="LabException">It does not answer as nats-server does.</exception>
    public static async Task<string> VersionAsync(string path, CancellationToken cancellationToken = default)
    {
        using var process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true })!;
        var answer = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        const string Prefix = "nats-server: v";
        return answer.StartsWith(Prefix, StringComparison.Ordinal)
            ? answer[Prefix.Length..].Trim()
            : throw new LabException($"{path} --version answers '{answer.Trim()}', not '{Prefix}…': is it nats-server?");
    }

    internal static string Find(string? path, Func<string, string?> environment, Func<string, bool> isExecutable)
    {
        if (!string.IsNullOrEmpty(path))
        {
            return isExecutable(path)
                ? path
                : throw new LabException($"{path} is not an executable file: correct the path given for nats-server (--nats-server).");
        }

        var named = environment(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return isExecutable(named)
                ? named
                : throw new LabException($"{named} is not an executable file: correct or unset {Variable}.");
        }

        var folders = (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(UsualFolders);
        return folders.Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(isExecutable)
            ?? throw new LabException(
                "nats-server was not found on PATH. Install it (Debian and Ubuntu: apt-get install nats-server; macOS: brew install nats-server; "
                + $"else https://github.com/nats-io/nats-server/releases), or say where it is with --nats-server or {Variable}.");
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
