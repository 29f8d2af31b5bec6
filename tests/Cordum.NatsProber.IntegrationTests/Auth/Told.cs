using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>What the log says of one endpoint.</summary>
internal static class Told
{
    private const int Disconnected = 2;
    private const int StillDown = 8;

    /// <summary>Why the endpoint's link was lost, or could not be opened, at first: cause and detail.</summary>
    internal static Task<(string Cause, string Detail)> WhyAsync(ProberProcess prober, string endpoint) => FirstAsync(prober, endpoint, Disconnected);

    /// <summary>The first other reason for which it then stayed down.</summary>
    internal static Task<(string Cause, string Detail)> WhyStillAsync(ProberProcess prober, string endpoint) => FirstAsync(prober, endpoint, StillDown);

    private static async Task<(string Cause, string Detail)> FirstAsync(ProberProcess prober, string endpoint, int eventId)
    {
        JsonElement? found = null;
        await prober.UntilAsync(_ => (found = Find(prober, endpoint, eventId)) is not null, $"log line {eventId} about {endpoint}");
        return (found!.Value.GetProperty("Cause").GetString()!, found.Value.GetProperty("Detail").GetString()!);
    }

    private static JsonElement? Find(ProberProcess prober, string endpoint, int eventId) => prober.Log
        .Where(line => line.StartsWith('{') && line.Contains($"\"EventId\":{eventId},", StringComparison.Ordinal))
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("State"))
        .Where(state => state.GetProperty("Endpoint").GetString() == endpoint)
        .Select(state => (JsonElement?)state)
        .FirstOrDefault();
}
