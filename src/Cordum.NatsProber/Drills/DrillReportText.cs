using System.Globalization;
using System.Text;

namespace Cordum.NatsProber.Drills;

/// <summary>The report as Markdown, to be pasted into an incident review.</summary>
internal static class DrillReportText
{
    /// <summary>A review needs the beginning of a log, not all of a cluster that flapped for an hour.</summary>
    private const int MostLogLines = 200;

    /// <summary>The whole report.</summary>
    public static string Of(DrillReport report)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"# natsprober drill: {(report.Interrupted ? "interrupted" : report.Passed ? "passed" : "failed")}\n\n"));
        text.Append("| | |\n|---|---|\n");
        text.Append(Invariant($"| began | {report.Began.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} |\n| took | {Seconds(report.Took)} |\n"));
        foreach (var (name, value) in report.Facts)
            text.Append(Invariant($"| {Cell(name)} | {Cell(value)} |\n"));

        for (var i = 0; i < report.Steps.Count; i++)
            Append(text, i + 1, report.Steps[i]);
        if (report.Log.Count > 0)
            Append(text, report.Log);
        return text.Append(Invariant($"\n**{Sum(report)}**\n")).ToString();
    }

    /// <summary>The one line that says it all.</summary>
    public static string Sum(DrillReport report)
    {
        var findings = report.Steps.SelectMany(step => step.Findings).ToList();
        var failed = findings.Count(finding => !finding.Passed);
        var broken = report.Steps.Count(step => step.Broken is not null);
        var sum = Invariant($"{Count(findings.Count, "check")}: {findings.Count - failed} passed, {failed} failed.");
        if (broken > 0)
            sum += Invariant($" {Count(broken, "step")} not done{(report.Interrupted ? ": interrupted" : "")}.");
        return sum;
    }

    private static void Append(StringBuilder text, int number, DrillStep step)
    {
        text.Append(Invariant($"\n## {number}. {step.Title}\n"));
        if (step.Began is { } began)
            text.Append(Invariant($"\nFrom {began.UtcDateTime:HH:mm:ss.fff'Z'}, {Seconds(step.Took)}.\n"));
        if (step.Findings.Count > 0)
        {
            text.Append("\n| result | expected | seen |\n|---|---|---|\n");
            foreach (var finding in step.Findings)
                text.Append(Invariant($"| {(finding.Passed ? "pass" : "**fail**")} | {Cell(finding.Expected)} | {Cell(finding.Seen)} |\n"));
        }

        if (step.Broken is { } why)
            text.Append(Invariant($"\n**{(step.Began is null ? "Not done" : "Broken off")}**: {Cell(why)}\n"));
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> log)
    {
        text.Append("\n## The prober's log\n\n```\n");
        foreach (var line in log.Take(MostLogLines))
            text.Append(line.Replace("```", "'''", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('\n');
        if (log.Count > MostLogLines)
            text.Append(Invariant($"and {log.Count - MostLogLines} more\n"));
        text.Append("```\n");
    }

    /// <summary>Text that stays within one cell of a table, whatever it is.</summary>
    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Seconds(TimeSpan time) => Invariant($"{time.TotalSeconds:0.0} s");

    private static string Count(int number, string noun) => Invariant($"{number} {noun}{(number == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
