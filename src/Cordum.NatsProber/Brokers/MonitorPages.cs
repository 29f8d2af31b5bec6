using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// What is read of a broker's pages (nats-server, server/monitor.go). Only what is used: with the right to ask, <c>connz</c> would return users' JWTs too, which are never kept. The generated
/// reader sets what a page leaves out to null or zero.
/// </summary>
internal static class MonitorPages
{
    // A page without its times is no broker's, and would be taken for that of a process which was started this very moment.
    /// <summary>Whose page it is; null if it does not say, as that about health.</summary>
    public static string? ServerIdOf(MonitorReply reply) => Read(reply, MonitorPagesJson.Default.ServerPage)?.ServerId;

    public static VarzPage? Varz(MonitorReply reply) =>
        Read(reply, MonitorPagesJson.Default.VarzPage) is { ServerId.Length: > 0 } page && page.Start != default && page.Now != default ? page : null;

    public static ConnzPage? Connz(MonitorReply reply) => Read(reply, MonitorPagesJson.Default.ConnzPage) is { ServerId.Length: > 0 } page ? page : null;

    public static RoutezPage? Routez(MonitorReply reply) => Read(reply, MonitorPagesJson.Default.RoutezPage) is { ServerId.Length: > 0 } page ? page : null;

    public static JszPage? Jsz(MonitorReply reply) => Read(reply, MonitorPagesJson.Default.JszPage) is { ServerId.Length: > 0 } page ? page : null;

    /// <returns>Null if it is not such a page.</returns>
    private static T? Read<T>(MonitorReply reply, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (reply is not MonitorReply.Answered { Status: 200 } answered)
            return null;
        try
        {
            return JsonSerializer.Deserialize(answered.Body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What all pages but <c>/healthz</c> have in common.</summary>
internal sealed record ServerPage([property: JsonPropertyName("server_id")] string? ServerId);

/// <summary><c>/varz</c>.</summary>
internal sealed record VarzPage
{
    [JsonPropertyName("server_id")]
    public string? ServerId { get; init; }

    [JsonPropertyName("server_name")]
    public string? ServerName { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("start")]
    public DateTimeOffset Start { get; init; }

    [JsonPropertyName("now")]
    public DateTimeOffset Now { get; init; }

    [JsonPropertyName("config_load_time")]
    public DateTimeOffset ConfigLoadTime { get; init; }

    [JsonPropertyName("connections")]
    public long Connections { get; init; }

    [JsonPropertyName("total_connections")]
    public long TotalConnections { get; init; }

    [JsonPropertyName("max_connections")]
    public long MaxConnections { get; init; }

    [JsonPropertyName("slow_consumers")]
    public long SlowConsumers { get; init; }

    /// <summary>Since 2.12; null before.</summary>
    [JsonPropertyName("stale_connections")]
    public long? StaleConnections { get; init; }
}

/// <summary><c>/connz</c> of one connection.</summary>
internal sealed record ConnzPage
{
    [JsonPropertyName("server_id")]
    public string? ServerId { get; init; }

    [JsonPropertyName("now")]
    public DateTimeOffset Now { get; init; }

    [JsonPropertyName("connections")]
    public IReadOnlyList<ConnzEntry?>? Connections { get; init; }

    /// <summary>The entry of a connection; null if it is not among them.</summary>
    public ConnectionRecord? Of(ulong clientId) => Connections?.FirstOrDefault(entry => entry?.Cid == clientId)?.Record;
}

/// <summary>One connection.</summary>
internal sealed record ConnzEntry
{
    [JsonPropertyName("cid")]
    public ulong Cid { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("stop")]
    public DateTimeOffset? Stop { get; init; }

    [JsonPropertyName("rtt")]
    public string? Rtt { get; init; }

    /// <summary>The same in the words that are used here.</summary>
    [JsonIgnore]
    public ConnectionRecord Record => new(
        Reason is null && Stop is null ? ConnectionFate.Open : ConnectionFate.Closed,
        ConnectionRecord.Meaning(Reason ?? ""),
        Reason ?? "",
        Stop,
        GoDuration.TryParse(Rtt));
}

/// <summary><c>/routez</c>.</summary>
internal sealed record RoutezPage
{
    [JsonPropertyName("server_id")]
    public string? ServerId { get; init; }

    [JsonPropertyName("routes")]
    public IReadOnlyList<RoutezEntry?>? Routes { get; init; }

    /// <summary>Brokers at the other ends, as far as they have said who they are. There are several routes to each: <c>num_routes</c> counts those.</summary>
    [JsonIgnore]
    public int Peers => Routes?.Select(route => route?.RemoteId).OfType<string>().Distinct().Count() ?? 0;
}

/// <summary>One route.</summary>
internal sealed record RoutezEntry([property: JsonPropertyName("remote_id")] string? RemoteId);

/// <summary><c>/jsz</c>.</summary>
internal sealed record JszPage
{
    [JsonPropertyName("server_id")]
    public string? ServerId { get; init; }

    [JsonPropertyName("disabled")]
    public bool Disabled { get; init; }

    [JsonPropertyName("meta_cluster")]
    public JszMeta? Meta { get; init; }
}

/// <summary>The meta group, as one of its members sees it.</summary>
internal sealed record JszMeta([property: JsonPropertyName("leader")] string? Leader);

[JsonSerializable(typeof(ServerPage))]
[JsonSerializable(typeof(VarzPage))]
[JsonSerializable(typeof(ConnzPage))]
[JsonSerializable(typeof(RoutezPage))]
[JsonSerializable(typeof(JszPage))]
internal sealed partial class MonitorPagesJson : JsonSerializerContext;
