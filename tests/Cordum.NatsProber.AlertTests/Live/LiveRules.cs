using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.AlertTests.Live;

/// <summary>The rules and routes that the live proof runs: the shipped ones, in less time.</summary>
internal static class LiveRules
{
    /// <summary>The rules' text, and the interval at which Prometheus must scrape and evaluate for it.</summary>
    public static (string Text, TimeSpan Every) Compressed(double factor)
    {
        var settings = new RuleSettings().Compressed(factor);
        return (RulesYaml.Prometheus(RuleBook.Groups(settings), "The shipped rules, in less time."), settings.ScrapeInterval);
    }

    /// <summary>Alertmanager's configuration.</summary>
    public static string Alertmanager(double factor, Func<string, string> urlFor) =>
        CompressedAlertmanager.Of(File.ReadAllText(RepositoryFiles.Alertmanager), factor, urlFor);
}
