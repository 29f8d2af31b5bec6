using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober run</c>: the service.</summary>
internal static class RunCommand
{
    /// <summary>Runs until <paramref name="stop"/>, SIGTERM or SIGINT.</summary>
    /// <returns>0 after a clean end; 1 if it could not start; 2 for bad settings or probe files.</returns>
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> options, TextWriter error, CancellationToken stop)
    {
        if (CommandInput.Read(options, error) is not var (settings, files))
            return ExitCode.BadInput;

        await using var app = ProberHost.Build(settings, files);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await error.WriteLineAsync($"natsprober: cannot listen on {settings.Listen}: {e.Message} (--listen HOST:PORT chooses another)").ConfigureAwait(false);
            return ExitCode.CannotStart;
        }

        await error.WriteLineAsync($"natsprober: prober {settings.Prober} serves {string.Join(" and ", app.Urls.Select(url => url + "/metrics"))}").ConfigureAwait(false);
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
