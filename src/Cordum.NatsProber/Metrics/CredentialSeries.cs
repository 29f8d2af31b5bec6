using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>When the prober's own credentials for one cluster expire.</summary>
internal sealed class CredentialSeries(ProberMetrics all, string cluster)
{
    private readonly Gauge _jwt = all.Clusters.CredentialsExpiry.WithLabels(cluster, "jwt");
    private readonly Gauge _certificate = all.Clusters.CredentialsExpiry.WithLabels(cluster, "client_certificate");

    /// <summary>What was found in the files.</summary>
    /// <param name="jwt">When the user's JWT expires; null for never, for unknown, and where there is none.</param>
    /// <param name="certificate">The same of the client's certificate.</param>
    public void Show(DateTimeOffset? jwt, DateTimeOffset? certificate)
    {
        _jwt.Set(jwt?.ToUnixTimeSeconds() ?? 0);
        _certificate.Set(certificate?.ToUnixTimeSeconds() ?? 0);
    }
}
