using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary>Reads what a verb needs before it can begin, and says all that is wrong with it.</summary>
internal static class CommandInput
{
    /// <summary>Reads settings and probe files.</summary>
    /// <param name="options">What the command line gave.</param>
    /// <param name="error">Where errors and warnings go, one a line.</param>
    /// <returns>Null if there are errors; they are written by then.</returns>
    public static (ProberSettings Settings, IReadOnlyList<ProbeFile> Files)? Read(IReadOnlyDictionary<string, string?> options, TextWriter error)
    {
        ProberSettings settings;
        try
        {
            settings = ProberSettings.Read(options);
        }
        catch (SettingsException e)
        {
            error.WriteLine($"natsprober: {e.Message}");
            return null;
        }

        var read = ProbeFileReader.Read(settings.Probes);
        foreach (var problem in read.Errors)
            error.WriteLine(problem);
        foreach (var warning in read.Warnings)
            error.WriteLine($"warning: {warning}");
        return read.Errors.Count == 0 ? (settings, read.Files) : null;
    }
}
