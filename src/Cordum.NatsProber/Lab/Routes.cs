using System.Text.Json;

namespace Cordum.NatsProber.Lab;

/// <summary>One broker's own word on its routes.</summary>
/// <param name="ServerId">Its id, new with each process.</param>
/// <param name="RemoteIds">The brokers at the other ends, each once however many connections a route pools.</param>
internal sealed record Routes(string ServerId, IReadOnlySet<string> RemoteIds)
{
    // Loopback only: a proxy that the environment names must not be asked.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(1) };

    /// <summary>Asks a broker; null if it does not answer (yet).</summary>
    public static async Task<Routes?> AskAsync(LabBroker broker, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(await Http.GetStringAsync(new Uri($"{broker.MonitorUrl}/routez"), cancellationToken));
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public static Routes Parse(string routez)
    {
        using var json = JsonDocument.Parse(routez);
        var root = json.RootElement;
        var remotes = root.TryGetProperty("routes", out var routes) && routes.ValueKind == JsonValueKind.Array
            ? routes.EnumerateArray().Select(route => route.GetProperty("remote_id").GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return new Routes(root.GetProperty("server_id").GetString()!, remotes);
    }

    /// <summary>Whether every broker sees every other.</summary>
    public static bool AreFormed(IReadOnlyCollection<Routes?> all) =>
        all.All(one => one is not null && all.All(other => other == one || (other is not null && one.RemoteIds.Contains(other.ServerId))));
}
