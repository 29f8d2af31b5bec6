namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>probes</c>.</summary>
/// <param name="file">The top of the file.</param>
/// <param name="cluster">The file's cluster; null when it has an error.</param>
/// <param name="clusters">The clusters of all files.</param>
internal sealed class ProbesReader(Section file, string? cluster, Clusters clusters)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(10);

    /// <summary>A broker's word that is older tells alerts about the present little. They wait for three minutes.</summary>
    private static readonly TimeSpan StillFresh = TimeSpan.FromMinutes(1);

    /// <summary>How many brokers are listed, sound or not; null when DNS tells.</summary>
    private readonly int? _brokers = (file.Value("endpoints") as ListNode)?.Items.Count;

    /// <summary>Whether a broker has a monitor, sound or not.</summary>
    private readonly bool _anyMonitor = file.Value("endpoints") is ListNode list ? list.Items.Any(item => HasKey(item, "monitor")) : HasKey(file.Value("discover"), "monitorPort");

    /// <returns>Null when the request probe has an error, so that nothing is concluded from it.</returns>
    public ProbeSet? Read()
    {
        // What is neither missing nor a mapping is an error already.
        if (file.Has("systemAuth") && file.Value("probes") is var written and (null or MapNode) && !HasKey(written, "broker"))
            file.Warning(file.Key("systemAuth"), "nobody uses systemAuth: there is no probes.broker", "write probes: { broker: {} }, or remove systemAuth");
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

    private static bool HasKey(Node? section, string key) => section is MapNode map && map.Entries.Any(entry => entry.Key is ScalarNode scalar && scalar.Text == key);

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

    private RouteProbe? Route(Section? section)
    {
        if (section is null)
            return null;
        RouteProbe defaults = new();
        var maxPairs = section.Integer("maxPairs", "1 to 4096", n => n is >= 1 and <= 4096) ?? defaults.MaxPairs;
        var messages = section.Integer("messages", "0 to 1000", n => n is >= 0 and <= 1000) ?? defaults.Messages;
        var others = Names.ReadList(section, "toClusters", "[west]");
        foreach (var other in others)
            clusters.Name(section, cluster, other);
        if (_brokers == 1 && others.Count == 0)
            section.Warning(section.At, "probes.route has nowhere to go from one endpoint", "list the other brokers, or name other clusters in toClusters");
        return Schedule(section, Often, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout, MaxPairs = maxPairs, Messages = messages, ToClusters = [.. others.Select(other => other.Text)] }
            : null;
    }

    private JetStreamProbe? JetStream(Section? section)
    {
        if (section is null)
            return null;
        JetStreamProbe defaults = new();
        var replicas = section.Integer("replicas", "1, 3 or 5", n => n is 1 or 3 or 5) ?? defaults.Replicas;
        var storage = section.Word("storage", "memory", "file");
        var keyValue = section.Flag("kv") ?? defaults.KeyValue;
        if (_brokers > 0 && _brokers < replicas)
            section.Warning(
                section.Has("replicas") ? section.Value("replicas")! : section.At,
                $"probes.jetstream keeps {replicas} replicas, each on a broker of its own, and endpoints lists {_brokers}",
                "list every broker, or write fewer replicas");
        return Schedule(section, Seldom, defaults.Every, defaults.Timeout) is var (every, timeout)
            ? new() { Every = every, Timeout = timeout, Replicas = replicas, OnDisk = storage == "file", KeyValue = keyValue }
            : null;
    }

    private BrokerProbe? Broker(Section? section)
    {
        if (section is null)
            return null;
        BrokerProbe defaults = new();
        if (!_anyMonitor && !file.Has("systemAuth"))
            section.Warning(
                section.At,
                "probes.broker asks as an ordinary user only, and brokers do not tell those of their health, load and routes",
                $"{(_brokers is null ? "write discover.monitorPort: 8222" : "give each endpoint its monitor: \"http://host:8222\"")}, or write systemAuth");

        if (Schedule(section, Seldom, defaults.Every, defaults.Timeout) is not var (every, timeout))
            return null;
        if (every > StillFresh)
            section.Warning(
                section.Value("every")!,
                $"{section.Label("every")}: {Durations.Format(every)} is long: what a broker has said of itself is held against what clients see now",
                $"write at most {Durations.Format(StillFresh)}");
        return new() { Every = every, Timeout = timeout };
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
