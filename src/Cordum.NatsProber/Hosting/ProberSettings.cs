using System.Net;
using Cordum.NatsProber.Metrics;

namespace Cordum.NatsProber.Hosting;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>Text on a terminal, JSON otherwise.</summary>
    Auto,

    /// <summary>One readable line each.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>
/// What is not about a cluster. From the command line, the environment (<c>NATSPROBER_LISTEN</c> and so on) and <c>appsettings.json</c>, the earlier
/// before the later.
/// </summary>
public sealed record ProberSettings
{
    private const string SettingsFile = "appsettings.json";

    /// <summary>A probe file, or a folder of them.</summary>
    /// <value><c>probes/local.yaml</c></value>
    public string Probes { get; init; } = "probes/local.yaml";

    /// <summary>Where <c>/metrics</c>, <c>/compare</c>, <c>/healthz</c> and <c>/readyz</c> are served; <c>HOST:PORT</c>, port 0 for any free one.</summary>
    /// <value><c>127.0.0.1:9522</c></value>
    public string Listen { get; init; } = "127.0.0.1:9522";

    /// <summary>The vantage point's name, a label on every series: something that outlives a pod.</summary>
    /// <value>The host's name.</value>
    public string Prober { get; init; } = Dns.GetHostName();

    /// <summary>How log lines are written, to standard error.</summary>
    /// <value><see cref="LogFormat.Auto"/></value>
    public LogFormat LogFormat { get; init; }

    /// <summary>How finely histograms tell sizes apart.</summary>
    /// <value><see cref="BucketDetail.All"/></value>
    public BucketDetail Buckets { get; init; }

    /// <summary>Merges what the command line gave over the environment and <c>appsettings.json</c>.</summary>
    /// <param name="commandLine">Option names, without dashes, and their values; only those that were given.</param>
    /// <exception cref="SettingsException">A value makes no sense; the message says which and what would.</exception>
    public static ProberSettings Read(IReadOnlyDictionary<string, string?> commandLine)
    {
        var configuration = Configuration(commandLine);
        var defaults = new ProberSettings();
        var settings = new ProberSettings
        {
            Probes = configuration["Probes"] ?? defaults.Probes,
            Listen = configuration["Listen"] ?? defaults.Listen,
            Prober = configuration["Prober"] ?? defaults.Prober,
            LogFormat = Word(configuration["LogFormat"], LogFormat.Auto, "log format", "text, json or auto (--log-format or NATSPROBER_LOG_FORMAT)"),
            Buckets = Word(configuration["Buckets"], BucketDetail.All, "buckets", "all or few (--buckets or NATSPROBER_BUCKETS)"),
        };
        if (settings.Prober.Length is 0 or > 63 || settings.Prober.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            throw new SettingsException($"prober name '{settings.Prober}': give 1 to 63 letters, digits, '-', '_' or '.' (--prober or NATSPROBER_PROBER)");
        _ = settings.ListenEndPoint();
        return settings;
    }

    /// <summary><see cref="Listen"/>, parsed.</summary>
    /// <exception cref="SettingsException">It is not HOST:PORT with an IP address, <c>localhost</c> or <c>*</c> as host.</exception>
    public IPEndPoint ListenEndPoint()
    {
        var colon = Listen.LastIndexOf(':');
        var host = colon < 0 ? "" : Listen[..colon];
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "" or "*" or "+" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null,
        };
        return colon >= 0 && address is not null && ushort.TryParse(Listen[(colon + 1)..], out var port)
            ? new IPEndPoint(address, port)
            : throw new SettingsException($"listen address '{Listen}': give HOST:PORT, with an IP address, localhost or * as host (--listen or NATSPROBER_LISTEN)");
    }

    private static IConfigurationRoot Configuration(IReadOnlyDictionary<string, string?> commandLine)
    {
        // The one name of two words: as a variable it has an underscore. It must rank as the other variables do.
        var logFormat = Environment.GetEnvironmentVariable("NATSPROBER_LOG_FORMAT");
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, SettingsFile), optional: true)
                .AddJsonFile(Path.GetFullPath(SettingsFile), optional: true)
                .AddEnvironmentVariables("NATSPROBER_")
                .AddInMemoryCollection(logFormat is null ? [] : [new("LogFormat", logFormat)])
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new SettingsException($"{e.Message.TrimEnd('.')}: {e.GetBaseException().Message}");
        }
    }

    private static T Word<T>(string? text, T fallback, string what, string words)
        where T : struct, Enum
    {
        if (text is null or "")
            return fallback;
        return Enum.TryParse<T>(text, ignoreCase: true, out var word) && text.All(char.IsAsciiLetter)
            ? word
            : throw new SettingsException($"{what} '{text}': give {words}");
    }
}

/// <summary>A setting makes no sense. The message is for the user, whole.</summary>
/// <param name="message">Which, why, and what would.</param>
public sealed class SettingsException(string message) : Exception(message);
