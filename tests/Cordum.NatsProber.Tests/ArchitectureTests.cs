using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Tests;

/// <summary>What the folders may know of each other, and what the pure core may know of the libraries. Read from the source, as a reader would.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Data flows one way: a folder may use those before it.</summary>
    private static readonly string[] Layers =
    [
        "Timing", "Lab", "Probes", "Slo", "Discovery", "Links", "RoundTrips", "Brokers", "TextFormat", "Metrics", "Scheduling", "Hosting", "Applications", "Alerts", "Drills", "Commands",
    ];

    private static readonly string[] PureCore =
    [
        "Links/LinkState.cs", "Links/LinkEvent.cs", "Links/Outage.cs", "Links/DisconnectCause.cs", "Links/DialPace.cs", "Links/ClusterIdentities.cs",
        "Links/LinkSnapshot.cs", "Links/ExpiryWatch.cs", "Links/JwtClaims.cs", "RoundTrips/ReplyLedger.cs", "RoundTrips/MessageLedger.cs", "RoundTrips/JetStreamNames.cs", "RoundTrips/JetStreamAnswer.cs", "RoundTrips/JetStreamDiagnosis.cs",
        "RoundTrips/JetStreamReadBack.cs", "RoundTrips/JetStreamShape.cs", "RoundTrips/RoutePlan.cs", "RoundTrips/ProbeSubjects.cs", "RoundTrips/Outcome.cs", "Scheduling/TickLedger.cs",
        "Scheduling/TickPhase.cs", "Discovery/AskPace.cs", "Discovery/DomainName.cs", "Probes/ErrorBudget.cs", "Probes/Measurability.cs", "Slo/ServiceLevel.cs", "Brokers/BrokerView.cs", "Brokers/HealthAnswer.cs",
        "Brokers/Verdict.cs", "Brokers/CaseEvidence.cs", "Brokers/DisconnectCase.cs", "Brokers/DisconnectCase.Conclude.cs", "Brokers/ConnectionRecord.cs", "Brokers/Disagreement.cs",
        "Brokers/GoDuration.cs", "Brokers/BrokerFacts.cs", "Brokers/BrokerSight.cs", "Brokers/BrokerQuestion.cs", "Brokers/MonitorPages.cs", "Links/LinkNews.cs",
        "Brokers/FeltOutage.cs", "Brokers/Timelines.cs", "Brokers/ViewReport.cs", "Brokers/ViewReports.cs", "Brokers/ClusterSight.cs",
        "Alerts/RuleBook.cs", "Alerts/RuleSettings.cs", "Alerts/StateRules.cs", "Alerts/ChurnRules.cs", "Alerts/ProberRules.cs", "Alerts/BudgetRules.cs", "Alerts/ApplicationRules.cs",
        "TextFormat/Counter.cs", "TextFormat/Gauge.cs", "TextFormat/Histogram.cs", "TextFormat/LabelPool.cs", "TextFormat/LineWriter.cs", "TextFormat/MetricPage.cs",
        "Timing/StallRecord.cs", "Timing/ProberClock.cs", "Timing/MonotonicWallClock.cs",
        "Applications/ConnectionTally.cs", "Drills/ScrapedPage.cs", "Drills/Reading.cs", "Drills/Fault.cs", "Drills/FaultChecks.cs", "Drills/TurbulenceChecks.cs", "Drills/LinkLine.cs", "Drills/ScrapeRecord.cs",
        "Drills/DrillReport.cs", "Drills/DrillReportText.cs", "Drills/MonitoringChecks.cs", "Drills/LinkNames.cs", "Drills/Absence.cs",
    ];

    public static TheoryData<string> Folders => [.. Layers];

    public static TheoryData<string> PureFiles => [.. PureCore];

    [Fact]
    public void Every_folder_has_its_layer() =>
        Assert.Equal(Layers.Order(), Directory.GetDirectories(Source()).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order());

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_before_it(string folder)
    {
        var allowed = Layers.TakeWhile(layer => layer != folder).Append(folder).ToHashSet();

        foreach (var file in Directory.EnumerateFiles(Path.Combine(Source(), folder), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match use in OwnNamespace().Matches(File.ReadAllText(file)))
                Assert.True(allowed.Contains(use.Groups[1].Value), $"{Path.GetRelativePath(Source(), file)} uses {use.Groups[1].Value}");
        }
    }

    [Theory]
    [MemberData(nameof(PureFiles))]
    public void The_pure_core_knows_no_library_no_socket_and_no_log(string file)
    {
        var text = File.ReadAllText(Path.Combine(Source(), file));

        Assert.DoesNotMatch(@"using (NATS|Quartz|Prometheus|System\.Net|System\.IO|Microsoft\.Extensions)", text);
        Assert.DoesNotMatch(@"\b(DateTime|DateTimeOffset|Stopwatch)\.(Utc)?(Now|GetTimestamp|StartNew)", text);
    }

    private static string Source([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "src", "Cordum.NatsProber"));

    [GeneratedRegex(@"^using (?:static )?Cordum\.NatsProber\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex OwnNamespace();
}
