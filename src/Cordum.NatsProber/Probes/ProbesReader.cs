namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>probes</c>.</summary>
internal static class ProbesReader
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(10);

    /// <returns>Null when the request probe has an error, so that nothing is concluded from it.</returns>
    public static ProbeSet? Read(Section file)
    {
        if (!file.Has("probes"))
            return new();
        if (file.Child("probes") is not { } probes)
            return null;

        var request = probes.Has("request") ? Request(probes.Child("request")) : new();
        var set = new ProbeSet
        {
            Request = request ?? new(),
            Connect = Connect(probes.Child("connect")),
            Route = Route(probes.Child("route")),
            JetStream = JetStream(probes.Child("jetstream")),
            Broker = Broker(probes.Child("broker")),
        };
        return request is null ? null : set;
    }

    private static RequestProbe? Request(Section? section)
    {
        RequestProbe defaults = new();
        return Schedule(section, Often, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout }
            : null;
    }

    private static ConnectProbe? Connect(Section? section)
    {
        ConnectProbe defaults = new();
        return Schedule(section, Seldom, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout }
            : null;
    }

    private static RouteProbe? Route(Section? section)
    {
        RouteProbe defaults = new();
        var maxPairs = section?.Integer("maxPairs", "1 to 4096", n => n is >= 1 and <= 4096) ?? defaults.MaxPairs;
        return Schedule(section, Often, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout, MaxPairs = maxPairs }
            : null;
    }

    private static JetStreamProbe? JetStream(Section? section)
    {
        JetStreamProbe defaults = new();
        var replicas = section?.Integer("replicas", "1, 3 or 5", n => n is 1 or 3 or 5) ?? defaults.Replicas;
        return Schedule(section, Seldom, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout, Replicas = replicas }
            : null;
    }

    private static BrokerProbe? Broker(Section? section)
    {
        BrokerProbe defaults = new();
        return Schedule(section, Seldom, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout }
            : null;
    }

    private static (TimeSpan Every, TimeSpan Timeout)? Schedule(Section? section, TimeSpan minEvery, TimeSpan usualEvery, TimeSpan usualTimeout)
    {
        if (section is null)
            return null;
        var every = section.Has("every") ? section.Duration("every", minEvery, MaxEvery) : usualEvery;
        var timeout = section.Has("timeout") ? section.Duration("timeout", MinTimeout, MaxEvery) : null;
        if (every is null || (timeout is null && section.Has("timeout")))
            return null;

        // A short interval alone must not make an error of a timeout that nobody wrote.
        timeout ??= usualTimeout < every ? usualTimeout : every / 2;
        if (timeout < every)
            return (every.Value, timeout.Value);
        var interval = Durations.Format(every.Value) + (section.Has("every") ? "" : " by default");
        section.Error(
            section.Value("timeout")!,
            $"{section.Label("timeout")} ({Durations.Format(timeout.Value)}) is not shorter than every ({interval})",
            $"write less than {Durations.Format(every.Value)}, or a longer every");
        return null;
    }
}
