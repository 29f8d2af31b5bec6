using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary>Reads what a verb needs before it can begin, and says all that is wrong with it.</summary>
internal static class CommandInput
{
    /// <summary>Reads settings and probe files.</summary>
    /// <param name="options">What the command line gave.</param>
    /// <param name="error">Where errors go, one a line, and the warnings with them.</param>
    /// <returns>Null if there are errors; they are written by then. Else the warnings are the caller's to tell.</returns>
    public static (ProberSettings Settings, IReadOnlyList<ProbeFile> Files, IReadOnlyList<string> Warnings)? Read(IReadOnlyDictionary<string, string?> options, TextWriter error)
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
        IReadOnlyList<string> warnings = [.. read.Warnings.Select(warning => $"{warning}")];
        if (read.Errors.Count == 0)
            return (settings, read.Files, warnings);
        foreach (var problem in read.Errors)
            error.WriteLine(problem);
        WriteWarnings(warnings, error);
        return null;
    }

    /// <summary>Tells warnings to people.</summary>
    public static void WriteWarnings(IReadOnlyList<string> warnings, TextWriter error)
    {
        foreach (var warning in warnings)
            error.WriteLine($"warning: {warning}");
    }
}
