using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cordum.NatsProber.Links;

/// <summary>
/// What a broker says of itself in its INFO line (https://docs.nats.io/reference/reference-protocols/nats-protocol#info), as far as a
/// prober needs it.
/// </summary>
/// <remarks>The generated reader sets a property that the line leaves out, too, and to null: hence the setters of the texts.</remarks>
public sealed record BrokerInfo
{
    /// <summary>Identifies one run of one server process: a restart makes a new one.</summary>
    [JsonPropertyName("server_id")]
    public string ServerId { get; init => field = value ?? ""; } = "";

    /// <summary>The configured name; a server without one announces its <see cref="ServerId"/> here.</summary>
    [JsonPropertyName("server_name")]
    public string ServerName { get; init => field = value ?? ""; } = "";

    /// <summary>The server's version.</summary>
    [JsonPropertyName("version")]
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>The broker's number for this connection; with <see cref="ServerId"/> it names the connection in the broker's own reports.</summary>
    [JsonPropertyName("client_id")]
    public ulong ClientId { get; init; }

    /// <summary>Clients must use TLS.</summary>
    [JsonPropertyName("tls_required")]
    public bool TlsRequired { get; init; }

    /// <summary>Clients may use TLS.</summary>
    [JsonPropertyName("tls_available")]
    public bool TlsAvailable { get; init; }

    /// <summary>The server is draining.</summary>
    [JsonPropertyName("ldm")]
    public bool LameDuck { get; init; }

    /// <summary>The server has a name of its own, one that survives a restart.</summary>
    [JsonIgnore]
    public bool IsNamed => NameOf(ServerId, ServerName) is not null;

    /// <summary>A server's own name; null for one without, which announces its id in the name's place.</summary>
    /// <param name="serverId">The id that it announces.</param>
    /// <param name="serverName">The name that it announces.</param>
    internal static string? NameOf(string? serverId, string? serverName) => serverName is { Length: > 0 } && serverName != serverId ? serverName : null;

    /// <summary>Reads the JSON that follows <c>INFO</c>.</summary>
    /// <param name="json">UTF-8 JSON, trailing white space allowed.</param>
    /// <returns>The information, or null if this is not a NATS server's.</returns>
    public static BrokerInfo? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BrokerInfoJson.Default.BrokerInfo) is { ServerId.Length: > 0 } info ? info : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(BrokerInfo))]
internal sealed partial class BrokerInfoJson : JsonSerializerContext;
