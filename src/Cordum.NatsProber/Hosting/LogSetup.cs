using Microsoft.Extensions.Logging.Console;

namespace Cordum.NatsProber.Hosting;

/// <summary>Log lines: to standard error, text for people and JSON for machines, without the libraries' chatter.</summary>
internal static class LogSetup
{
    private const string WallTime = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <summary>Leaves the libraries' chatter out.</summary>
    public static void Quieten(ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // Why the host could not start is told in one line by who started it.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("Quartz", LogLevel.Warning)
            // The NATS client writes three lines for every failed attempt. What matters of them is in the transitions' lines.
            .AddFilter("NATS", LogLevel.None);

    /// <summary>Adds the console log.</summary>
    public static void AddConsole(ILoggingBuilder logging, LogFormat format)
    {
        logging.Services.Configure<ConsoleLoggerOptions>(options =>
        {
            options.LogToStandardErrorThreshold = LogLevel.Trace;
            // Nobody may be reading standard error. Measuring goes on then, and the lines that are lost are counted in the next one that is not.
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (format == LogFormat.Json || (format == LogFormat.Auto && Console.IsErrorRedirected))
        {
            logging.AddJsonConsole(options =>
            {
                options.TimestampFormat = WallTime.TrimEnd();
                options.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.TimestampFormat = WallTime;
                options.UseUtcTimestamp = true;
                options.SingleLine = true;
            });
        }
    }
}
