using System.Text.RegularExpressions;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary>The options of <c>natsprober drill</c>, as typed.</summary>
/// <remarks>
/// Neither environment nor <c>appsettings.json</c> are asked: a drill that is run where a prober runs, in its container, must take neither its name nor its address.
/// </remarks>
internal sealed partial record DrillCommandOptions
{
    /// <summary>The drill's name as a prober: a series of its own, and subjects of its own.</summary>
    public const string UsualProber = ProberRules.DrillProber;

    /// <summary>How many brokers are started, unless it is said.</summary>
    public const int UsualBrokers = 3;

    /// <summary>The name of their cluster, likewise.</summary>
    public const string UsualCluster = "drill";

    private const int MostBrokers = 9;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary><c>--probes</c>: probe file or folder of the user's own brokers.</summary>
    /// <value>null: brokers are started for the drill.</value>
    public string? Probes { get; init; }

    /// <summary><c>--endpoint</c>: which of their endpoints have to be lost and come back.</summary>
    /// <value>Empty: all.</value>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary><c>--wait</c>: how long turbulence is waited for.</summary>
    /// <value>15m</value>
    public string Wait { get; init; } = "15m";

    /// <summary><c>--brokers</c>: how many are started.</summary>
    /// <value>null: 3</value>
    public int? Brokers { get; init; }

    /// <summary><c>--nats-server</c>: path of the executable.</summary>
    /// <value>null: found in NATSPROBER_NATS_SERVER, on PATH, or in the usual folders.</value>
    public string? NatsServer { get; init; }

    /// <summary><c>--cluster</c>: the name of the cluster that is started.</summary>
    /// <value>null: drill</value>
    public string? Cluster { get; init; }

    /// <summary><c>--listen</c>: where the drill's prober serves <c>/metrics</c>.</summary>
    /// <value>A free port of the loopback address.</value>
    public string Listen { get; init; } = "127.0.0.1:0";

    /// <summary><c>--prober</c>: the drill's name as a prober.</summary>
    /// <value>drill</value>
    public string Prober { get; init; } = UsualProber;

    /// <summary><c>--prometheus</c>: where Prometheus answers.</summary>
    /// <value>null: it is not asked.</value>
    public string? Prometheus { get; init; }

    /// <summary><c>--alertmanager</c>: where Alertmanager answers.</summary>
    /// <value>null: it is not asked.</value>
    public string? Alertmanager { get; init; }

    /// <summary><c>--until-alert</c>: whether a broker is to stay down until an alert fires.</summary>
    /// <value>false</value>
    public bool UntilAlert { get; init; }

    /// <summary><c>--alert</c>: which one; asks for <see cref="UntilAlert"/>.</summary>
    /// <value>null: the one of a connection that was lost and does not come back.</value>
    public string? Alert { get; init; }

    /// <summary><c>--report</c>: the file to which the report is written.</summary>
    /// <value>null: standard output.</value>
    public string? Report { get; init; }

    /// <summary>Reads all of them.</summary>
    /// <param name="error">Where everything that is wrong goes, one a line.</param>
    /// <returns>Null if anything is.</returns>
    public DrillOrder? Read(TextWriter error)
    {
        var errors = Errors().ToList();
        foreach (var one in errors)
            error.WriteLine($"natsprober drill: {one}");
        var settings = new Dictionary<string, string?> { ["Listen"] = Listen, ["Prober"] = Prober, ["LogFormat"] = "text" };
        (ProberSettings Settings, IReadOnlyList<ProbeFile>? Files)? input = Probes is null ? ReadSettings(settings, error) : ReadFiles(settings, Probes, error);
        if (errors.Count > 0 || input is not var (prober, files))
            return null;

        var order = new DrillOrder
        {
            Settings = prober,
            Files = files,
            Brokers = Brokers ?? UsualBrokers,
            NatsServer = NatsServer,
            Cluster = Cluster ?? UsualCluster,
            Endpoints = Endpoints,
            Wait = Durations.Parse(Wait)!.Value,
            Prometheus = Address(Prometheus),
            Alertmanager = Address(Alertmanager),
            Alert = Alert ?? (UntilAlert ? AlertName.DisconnectsOutrunReconnects : null),
        };
        var unknown = files is null || files.Any(file => file.Discover is not null) ? [] : UnknownEndpoints(files).ToList();
        foreach (var name in unknown)
            error.WriteLine($"natsprober drill: --endpoint {name}: no probe file names it; write one of {string.Join(", ", files!.SelectMany(file => file.Endpoints).Select(endpoint => endpoint.Name).Distinct().Take(10))}");
        return unknown.Count > 0 ? null : order;
    }

    private IEnumerable<string> Errors()
    {
        if (Durations.Parse(Wait) is not { } wait || wait <= TimeSpan.Zero || wait > LongestWait)
            yield return $"--wait {Wait}: write a time such as 90s, 15m or 2h (a day at most)";
        if (Brokers is < 2 or > MostBrokers)
            yield return $"--brokers {Brokers}: write a number from 2 (or nothing could fail over) to {MostBrokers}";
        if (Cluster is not null && !Names.IsLabel(Cluster))
            yield return $"--cluster '{Cluster}': write 1 to 63 letters, digits, '-', '_' or '.'";
        if (Probes is null && Endpoints.Count > 0)
            yield return "--endpoint is for brokers of your own: give --probes as well";
        foreach (var (option, given) in ((string, bool)[])[("--brokers", Brokers is not null), ("--nats-server", NatsServer is not null), ("--cluster", Cluster is not null)])
        {
            if (given && Probes is not null)
                yield return $"{option} is for brokers that the drill starts, and with --probes it starts none: leave one of the two out";
        }

        if (Probes is null && Prometheus is not null && Listen.EndsWith(":0", StringComparison.Ordinal))
            yield return "--prometheus: give --listen HOST:PORT, too, the address that Prometheus scrapes for this drill";
        foreach (var (option, address) in ((string, string?)[])[("--prometheus", Prometheus), ("--alertmanager", Alertmanager)])
        {
            // Not repeated: it may hold a password.
            if (address is not null && Address(address) is null)
                yield return $"{option}: write http://HOST:PORT or https://HOST:PORT, with a path if there is one, and without user, password or query";
        }

        if ((UntilAlert || Alert is not null) && Prometheus is null)
            yield return $"{(UntilAlert ? "--until-alert" : "--alert")}: Prometheus must be asked whether it fires: give --prometheus as well";
        if (Alert is not null && !AlertShape().IsMatch(Alert))
            yield return $"--alert '{Alert}': write an alert's name, such as {AlertName.DisconnectsOutrunReconnects}";
        if (Report is not null && DrillReportFile.Trouble(Report) is { } trouble)
            yield return $"--report '{Report}': {trouble}";
    }

    private static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address!.Scheme is "http" or "https" && address is { UserInfo: "", Query: "", Fragment: "" } ? address : null;

    private IEnumerable<string> UnknownEndpoints(IReadOnlyList<ProbeFile> files)
    {
        var known = files.SelectMany(file => file.Endpoints.SelectMany(endpoint => (string[])[endpoint.Name, $"{file.Cluster}/{endpoint.Name}"])).ToHashSet(StringComparer.Ordinal);
        return Endpoints.Where(name => !known.Contains(name));
    }

    private static (ProberSettings, IReadOnlyList<ProbeFile>?)? ReadSettings(Dictionary<string, string?> settings, TextWriter error)
    {
        try
        {
            return (ProberSettings.Read(settings), null);
        }
        catch (SettingsException e)
        {
            error.WriteLine($"natsprober: {e.Message}");
            return null;
        }
    }

    private static (ProberSettings, IReadOnlyList<ProbeFile>?)? ReadFiles(Dictionary<string, string?> settings, string probes, TextWriter error)
    {
        settings["Probes"] = probes;
        if (CommandInput.Read(settings, error) is not var (read, files, warnings))
            return null;
        CommandInput.WriteWarnings(warnings, error);
        return (read, files);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex AlertShape();
}
