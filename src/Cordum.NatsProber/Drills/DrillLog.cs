using System.Collections.Concurrent;
using System.Globalization;

namespace Cordum.NatsProber.Drills;

/// <summary>Keeps the log lines of the links: those of the transitions, a few for each outage.</summary>
internal sealed class DrillLog(TimeProvider time) : ILoggerProvider
{
    private readonly ConcurrentQueue<LinkLine> _lines = new();
    private readonly long _began = time.GetTimestamp();

    /// <summary>All so far, oldest first.</summary>
    public IReadOnlyList<LinkLine> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Category(this);

    public void Dispose()
    {
    }

    private void Keep(EventId id, IReadOnlyList<KeyValuePair<string, object?>> fields, string message)
    {
        // Only lines of a link name both.
        if (Field("Cluster") is not string cluster || Field("Endpoint") is not string endpoint)
            return;
        _lines.Enqueue(new LinkLine(id.Id, new LinkKey(cluster, endpoint), string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss.fff'Z'} {message}"))
        {
            At = time.GetElapsedTime(_began),
            Denial = Field("Denial") as string,
            Grant = Field("Grant") as string,
            Cause = Field("Cause") as string,
            Version = Field("Version") as string,
            AfterSeconds = Number("AfterSeconds"),
            LengthSeconds = Number("LengthSeconds"),
            MinimumSeconds = Number("MinimumSeconds"),
            MaximumSeconds = Number("MaximumSeconds"),
        });

        object? Field(string name) => fields.FirstOrDefault(field => field.Key == name).Value;

        double? Number(string name) => Field(name) switch
        {
            double number => number,
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    private sealed class Category(DrillLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
                log.Keep(eventId, fields, formatter(state, exception));
        }
    }
}
