using System.Globalization;
using System.Text;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Spectre.Console;

namespace Cordum.NatsProber.Commands;

/// <summary>
/// A report as text: first what is so now, a row for each link, then every disconnect as a block with both sides in one order of time. Pure. All text in it may be
/// somebody else's, and is made fit for a terminal.
/// </summary>
/// <param name="report">The report.</param>
/// <param name="knowsPast">It is of a prober that was there.</param>
internal sealed class CompareTable(ViewReport report, bool knowsPast)
{
    private const int Width = 120;
    private const int Longest = 1000;

    private readonly StringBuilder _text = new();

    /// <summary>The text, with a line feed behind each line and nothing that steers a terminal.</summary>
    public override string ToString()
    {
        _text.Clear();
        Line($"now, {Stamp(report.Now)}, as prober {Fit(report.Prober)} sees it");
        Rows(Now(), "link", "client", "broker says", "together");
        foreach (var cluster in report.Clusters)
        {
            foreach (var one in cluster.Pending)
                Pending(cluster.Cluster, one);
        }

        if (!knowsPast)
        {
            Line("");
            Line("The past is known to a running prober alone.");
            return $"{_text}";
        }

        var past = report.Clusters.SelectMany(cluster => cluster.Past.Select(one => (cluster.Cluster, One: one))).OrderBy(one => one.One.At).ToList();
        Line("");
        Line(past.Count == 0 ? "no past disconnects" : past.Count == 1 ? "1 past disconnect" : $"{past.Count} past disconnects, the oldest first");
        foreach (var (cluster, one) in past)
            Past(cluster, one);
        return $"{_text}";
    }

    private IEnumerable<string[]> Now() => report.Clusters.SelectMany(cluster => cluster.Links.Select(link => (string[])
    [
        $"{Fit(cluster.Cluster)}/{Fit(link.Endpoint)}", Client(link), link.View is { } view ? Broker(view) : "is not asked", Together(link),
    ]));

    private string Client(LinkReport link)
    {
        var to = link.Broker is { } broker ? $" to {Fit(broker.ServerName)}, cid {broker.Cid}" : "";
        var since = link.Since is { } from ? $" for {Ago(report.Now - from)}" : "";
        return link.State switch
        {
            LinkStatus.Connected when link.Cause is { } cause => $"open{to}, and NOT SERVING{since}, {SnakeCase.Of(cause)}: {Fit(link.Detail ?? "")}",
            LinkStatus.Connected => $"open{since}{to}",
            LinkStatus.Disconnected => $"DOWN{since}{(link.Cause is { } cause ? $", {SnakeCase.Of(cause)}" : "")}{(link.Detail is { } detail ? $": {Fit(detail)}" : "")}",
            _ => "is being dialled for the first time",
        };
    }

    private static string Broker(BrokerReport view)
    {
        var said = new List<string> { $"{SnakeCase.Of(view.State)}{(view.Source is { } source ? $" ({SnakeCase.Of(source)})" : "")}{(view.Detail.Length > 0 ? $": {Fit(view.Detail)}" : "")}" };
        if (view.Draining)
            said.Add("DRAINING");
        if (view.OurConnection is { } fate)
            said.Add($"our connection {(fate == ConnectionFate.Absent ? "is unknown to it" : SnakeCase.Of(fate))}");
        if (view.RttSeconds is { } rtt)
            said.Add(Invariant($"rtt {rtt * 1000:0.00} ms, {Ago(TimeSpan.FromSeconds(Bounded(view.RttAgeSeconds ?? 0)))} ago"));
        if (view.ClockSkewSeconds is { } skew)
            said.Add(Invariant($"clock {skew * 1000:+0.0;-0.0;+0.0} ms ± {view.ClockSkewErrorSeconds * 1000:0.0}"));
        // How it is with the first is the state itself.
        var known = view.Source ?? (view.Sources.Count > 0 ? view.Sources[0].Source : null);
        said.AddRange(view.Sources.Where(one => one is { Up: false, Latest: { } } && one.Source != known).Select(one => $"{SnakeCase.Of(one.Source)} source: {SnakeCase.Of(one.Latest!.Value)}"));
        return string.Join("; ", said);
    }

    private static string Together(LinkReport link) => link switch
    {
        { Disagreements.Count: > 0 } => $"DISAGREE: {string.Join(", ", link.Disagreements.Select(SnakeCase.Of))}",
        { View: null } or { View.State: BrokerView.None } => "-",
        { State: LinkStatus.Connected, Cause: null, View.State: BrokerView.Healthy or BrokerView.Alive } => "agree",
        { View.State: not (BrokerView.Healthy or BrokerView.Unhealthy or BrokerView.Alive) } => "no word of the broker's",
        { State: LinkStatus.Disconnected, View.State: BrokerView.Healthy or BrokerView.Alive } => "the broker's word is older",
        { View.State: BrokerView.Unhealthy } => "agree that it is not well",
        _ => "-",
    };

    private void Pending(string cluster, PendingReport one)
    {
        Line("");
        Line($"{Stamp(one.At)}  {Fit(cluster)}/{Fit(one.Endpoint)}  {(one.HasVerdict ? "broker_counts_dead_link" : "no verdict yet")}  {SnakeCase.Of(one.Cause)}: {Fit(one.Detail)}");
        Sides(one.Client, one.Broker);
        Wrapped("so far: ", one.SoFar);
    }

    private void Past(string cluster, PastReport one)
    {
        Line("");
        var length = one.LengthSeconds is { } seconds ? Invariant($"down {seconds:0.000} s") : "not open again since";
        Line($"{Stamp(one.At)}  {Fit(cluster)}/{Fit(one.Endpoint)}  {SnakeCase.Of(one.Verdict)}{(one.Planned ? ", planned" : "")}  {length}{(one.BrokerEndpoint is { } broker && broker != one.Endpoint ? $"  (broker {Fit(broker)})" : "")}");
        Sides(one.Client, one.Broker);
        Wrapped("because: ", one.Because);
        Wrapped("began: ", Began(one.Felt));
        Wrapped("felt: ", one.Felt.Words);
    }

    private static string Began(FeltReport felt)
    {
        var latest = Math.Abs(felt.FirstEvidenceOffsetSeconds);
        var start = felt.LastGoodOffsetSeconds is { } good
            ? Invariant($"between {Math.Abs(good):0.000} and {latest:0.000} s before the client's event, detection gap {felt.DetectionGapSeconds:0.000} s")
            : Invariant($"at least {latest:0.000} s before the client's event, nothing good was seen before");
        return felt.BrokerStopOffsetSeconds is { } stop
            ? Invariant($"{start}; the broker closed the connection {Math.Abs(stop):0.000} s {(stop < 0 ? "before" : "after")} the client's event")
            : start;
    }

    private void Sides(IReadOnlyList<Moment> client, IReadOnlyList<Moment> broker) => Rows(
        client.Select(moment => (Moment: moment, IsClient: true)).Concat(broker.Select(moment => (Moment: moment, IsClient: false)))
            .OrderBy(one => one.Moment.OffsetSeconds)
            .Select(one => (string[])[Offset(one.Moment.OffsetSeconds), one.IsClient ? Fit(one.Moment.What) : "", one.IsClient ? "" : Fit(one.Moment.What)]),
        "offset",
        "client",
        "broker");

    private void Rows(IEnumerable<string[]> rows, params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var (index, name) in columns.Index())
            table.AddColumn(new TableColumn(new Text(index == 0 ? $"  {name}" : name)) { NoWrap = index == 0, Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in rows)
            table.AddRow(row.Select((cell, index) => new Text(index == 0 ? $"  {cell}" : cell)));
        using var page = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(page), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(table);
        foreach (var line in page.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            Line(line.TrimEnd());
    }

    /// <summary>A label and a sentence, broken between words and indented under its own beginning.</summary>
    private void Wrapped(string label, string sentence)
    {
        var (line, indent) = ($"  {label}", new string(' ', label.Length + 2));
        foreach (var word in Fit(sentence).Split(' '))
        {
            if (line.Length + word.Length > Width && line.Trim().Length > 0 && line.TrimEnd() != $"  {label}".TrimEnd())
            {
                Line(line.TrimEnd());
                line = indent;
            }

            line += word + " ";
        }

        Line(line.TrimEnd());
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Fit(string text) => Printable.Of(text, Longest);

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>From days on, fractions of a second are noise.</summary>
    private static string Offset(double seconds) => Math.Abs(seconds) < 3600
        ? Invariant($"{seconds:+0.000;-0.000;+0.000} s")
        : $"{(seconds < 0 ? "-" : "+")}{Ago(TimeSpan.FromSeconds(Bounded(Math.Abs(seconds))))}";

    private static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Invariant($"{Math.Max(0, span.TotalSeconds):0.0} s"),
        { TotalHours: < 1 } => Invariant($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => Invariant($"{span.Hours} h {span.Minutes} min"),
        _ => Invariant($"{span.Days} d {span.Hours} h"),
    };

    /// <summary>Somebody else's number may be none that a <see cref="TimeSpan"/> can hold.</summary>
    private static double Bounded(double seconds) => double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 1e9) : 0;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
