using System.Globalization;

namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>objective</c>, and refuses one that the request probe is too slow to measure.</summary>
internal static class ObjectiveReader
{
    /// <summary>With a budget of fewer failed ticks, one or two unlucky ones would already look like a breach.</summary>
    public const int FewestBudgetTicks = 10;

    private const string PercentRange = "above 0 and below 100";

    private static readonly TimeSpan MinWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(90);
    private static readonly TimeSpan UsualWindow = TimeSpan.FromDays(30);
    private static readonly TimeSpan MinEvery = TimeSpan.FromMilliseconds(100);

    /// <param name="file">The top of the file.</param>
    /// <param name="request">Null when the request probe has an error; what depends on it is then not judged.</param>
    public static Objective? Read(Section file, RequestProbe? request)
    {
        if (file.Child("objective") is not { } section)
            return null;
        var availability = Percent(section, "availability", "99.95");
        var window = section.Has("window") ? section.Duration("window", MinWindow, MaxWindow) : UsualWindow;
        if (availability is not null && window is not null && request is not null)
            Measurable(section, "availability", availability.Value, window.Value, request.Every);

        LatencyObjective? latency = null;
        if (section.Child("latency") is { } fast)
        {
            var under = Under(fast, request);
            var ratio = Percent(fast, "ratio", "99");
            if (ratio is not null && window is not null && request is not null)
                Measurable(fast, "ratio", ratio.Value, window.Value, request.Every);
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

    private static void Measurable(Section section, string key, double percent, TimeSpan window, TimeSpan every)
    {
        // Decimal, so that 99.9 % leaves exactly a thousandth, as the user who did the sum expects.
        var budget = 1 - ((decimal)percent / 100);
        var ticks = (decimal)window.Ticks / every.Ticks;
        var allowed = ticks * budget;
        if (allowed >= FewestBudgetTicks)
            return;

        var remedies = new List<string>();
        var enoughEvery = TimeSpan.FromMilliseconds(Math.Floor((double)(window.Ticks * budget / FewestBudgetTicks / TimeSpan.TicksPerMillisecond)));
        if (enoughEvery >= MinEvery)
            remedies.Add($"probes.request.every of at most {Durations.Format(enoughEvery)}");
        var enoughPercent = Math.Floor(1000 * 100 * (1 - (FewestBudgetTicks / ticks))) / 1000;
        if (enoughPercent > 0)
            remedies.Add(string.Create(CultureInfo.InvariantCulture, $"{key} of at most {enoughPercent}"));
        if (budget > 0 && Math.Ceiling(FewestBudgetTicks * every.Ticks / budget / TimeSpan.TicksPerHour) is var hours && hours <= 24 * 90)
            remedies.Add($"a window of at least {Durations.Format(TimeSpan.FromHours((double)hours))}");

        section.Error(
            section.Value(key)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{section.Label(key)} cannot be measured: {Durations.Format(window)} at one request every {Durations.Format(every)} allow {allowed:0.###} failed ticks, and {FewestBudgetTicks} are needed"),
            remedies.Count > 0 ? $"write {string.Join(", or ", remedies)}" : $"shorten every, widen the window and lower {key}");
    }
}
