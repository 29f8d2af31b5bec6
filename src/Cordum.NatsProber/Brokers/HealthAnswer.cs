using System.Text.Json;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Reads what came back from <c>/healthz</c>. Servers say <c>{"status":"ok"}</c> with 200; when they are not well, another status and the reason in <c>error</c>, with 503
/// (2.9.10) or with 500 (2.15.1). Only these are taken for the broker's word: a 503 alone may be a proxy's.
/// </summary>
internal static class HealthAnswer
{
    private const int Ok = 200;

    /// <summary>What an answer says.</summary>
    public static BrokerWord Read(MonitorReply reply) => reply switch
    {
        MonitorReply.Failed failed => failed.Word,
        MonitorReply.Lives => new(BrokerView.Alive, ""),
        MonitorReply.Answered answered => Read(answered.Status, answered.Body),
        _ => throw new ArgumentOutOfRangeException(nameof(reply)),
    };

    private static BrokerWord Read(int status, ReadOnlyMemory<byte> body)
    {
        // What stands in front of a monitor and asks for a password may dress its answer as it likes.
        if (status is 401 or 403 or 407)
            return new(BrokerView.Denied, $"HTTP {status}: whoever answers there wants credentials, which the prober does not send");
        if (status is >= 300 and < 400)
            return Malformed(status, "a redirect, which is not followed: write the monitor's own address");
        if (Status(body) is not var (word, reason))
            return Malformed(status, status == 404 ? "there is no /healthz: check the monitor's path, and that it is a broker's" : "and not a broker's word for its health: does somebody else answer there?");
        if (word == "ok")
            return status == Ok ? new(BrokerView.Healthy, "") : Malformed(status, "with the word ok");
        return new(BrokerView.Unhealthy, Printable.Of(reason.Length > 0 ? reason : word));
    }

    private static BrokerWord Malformed(int status, string what) => new(BrokerView.Malformed, $"HTTP {status}, {what}");

    /// <returns>The <c>status</c> and the reason, which may be empty; null if this is no broker's answer.</returns>
    private static (string Status, string Reason)? Status(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && Text(json.RootElement, "status") is { Length: > 0 } status
                ? (status, Text(json.RootElement, "error") ?? "")
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no UTF-8
        {
            return null;
        }
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
