using System.Globalization;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Hosting;

/// <summary>
/// Looks once a minute at the files of one cluster's credentials: shows when they expire, and tells ahead. A link that stands for months does not read
/// them, and would learn of their end by losing its broker.
/// </summary>
internal sealed class CredentialWatch(ProbeFile file, CredentialSeries series, TimeProvider time, ILogger<CredentialWatch> log)
{
    private const string IntoFile = "put a new one into its file, no restart is needed";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly ExpiryWatch _jwt = new();
    private readonly ExpiryWatch _certificate = new();

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Look();
            }
            catch (Exception e)
            {
                ProbingLog.Failed(log, $"the expiry of credentials for {file.Cluster}", e);
            }

            await Task.Delay(Every, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var (jwt, certificate) = (Credentials.Expiry(file.Auth), TlsFiles.ClientExpiry(file.Tls));
        series.Show(jwt, certificate);
        Tell(_jwt, "JWT", jwt, file.Auth?.CredsEnv is null ? IntoFile : "restart the prober with a new one in its environment");
        Tell(_certificate, "client certificate", certificate, IntoFile);
    }

    private void Tell(ExpiryWatch watch, string what, DateTimeOffset? expires, string remedy)
    {
        if (watch.Due(expires, time.GetUtcNow()) is not { } notice || expires is not { } end)
            return;
        var at = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (notice == ExpiryNotice.Expired)
            CredentialLog.Expired(log, file.Cluster, what, at, remedy);
        else
            CredentialLog.Expires(log, file.Cluster, what, at, remedy);
    }
}

internal static partial class CredentialLog
{
    [LoggerMessage(58, LogLevel.Warning, "{Cluster} the prober's own {What} expires at {ExpiresAt}: {Remedy}")]
    public static partial void Expires(ILogger log, string cluster, string what, string expiresAt, string remedy);

    [LoggerMessage(59, LogLevel.Error, "{Cluster} the prober's own {What} has expired at {ExpiresAt}: {Remedy}")]
    public static partial void Expired(ILogger log, string cluster, string what, string expiresAt, string remedy);
}
