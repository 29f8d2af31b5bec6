namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>objective</c>, and refuses one that the request probe is too slow to measure.</summary>
internal static class ObjectiveReader
{
    private const string PercentRange = "above 0 and below 100";

    private static readonly TimeSpan MinWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(90);
    private static readonly TimeSpan UsualWindow = TimeSpan.FromDays(30);

    /// <param name="file">The top of the file.</param>
    /// <param name="request">Null when the request probe has an error; what depends on it is then not judged.</param>
    public static Objective? Read(Section file, RequestProbe? request)
    {
        if (file.Child("objective") is not { } section)
            return null;
        var availability = Percent(section, "availability", "99.95");
        var window = section.Has("window") ? section.Duration("window", MinWindow, MaxWindow) : UsualWindow;
        var measurability = window is not null && request is not null ? new Measurability(window.Value, request.Every) : null;
        measurability?.JudgeTimes(section);
        if (availability is not null)
            measurability?.Judge(section, "availability", availability.Value);

        LatencyObjective? latency = null;
        if (section.Child("latency") is { } fast)
        {
            var under = Under(fast, request);
            var ratio = Percent(fast, "ratio", "99");
            if (ratio is not null)
                measurability?.Judge(fast, "ratio", ratio.Value);
            latency = under is null || ratio is null ? null : new(under.Value, ratio.Value);
        }

        return availability is null || window is null ? null : new(availability.Value, window.Value, latency);
    }

    private static double? Percent(Section section, string key, string example)
    {
        if (!section.Has(key))
            section.Missing(key, $"write a percentage, such as {key}: {example}");
        if (section.Number(key, example) is not { } percent)
            return null;
        if (percent is > 0 and < 100)
            return percent;
        section.Error(section.Value(key)!, $"{section.Label(key)} must be a percentage {PercentRange}", $"write it as in {key}: {example}");
        return null;
    }

    private static TimeSpan? Under(Section section, RequestProbe? request)
    {
        if (!section.Has("under"))
            section.Missing("under", "write a duration, such as under: 50ms");
        if (section.Duration("under", TimeSpan.FromMilliseconds(0.001), TimeSpan.FromHours(1)) is not { } under)
            return null;
        if (request is null || under < request.Timeout)
            return under;
        section.Error(
            section.Value("under")!,
            $"{section.Label("under")} ({Durations.Format(under)}) is not shorter than the request probe's timeout",
            $"write less than {Durations.Format(request.Timeout)}, or a longer probes.request.timeout");
        return null;
    }
}
