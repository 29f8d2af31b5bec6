using System.Globalization;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// One question to a broker, as its HTTP monitor takes it and as it takes it over NATS (https://docs.nats.io/running-a-nats-service/nats_admin/monitoring). None asks for the list of
/// all connections: that costs a busy broker 30 ms and its asker half a megabyte, one connection costs it less than one.
/// </summary>
/// <param name="Path">Path and query at the monitor.</param>
/// <param name="Service">Last token of the subject.</param>
/// <param name="Options">JSON members of the request over NATS; empty for none.</param>
internal sealed record BrokerQuestion(string Path, string Service, string Options)
{
    /// <summary>A number that no connection has. Zero would not do: it asks for all connections.</summary>
    public const ulong Nobody = ulong.MaxValue;

    /// <summary>How the broker is.</summary>
    public static BrokerQuestion Health { get; } = new("healthz", "HEALTHZ", "");

    /// <summary>How the broker is, its JetStream assets left out.</summary>
    public static BrokerQuestion HealthOfServer { get; } = new("healthz?js-server-only=true", "HEALTHZ", "\"js-server-only\":true");

    /// <summary>Identity, limits, load and totals.</summary>
    public static BrokerQuestion Varz { get; } = new("varz", "VARZ", "");

    /// <summary>Its routes.</summary>
    public static BrokerQuestion Routez { get; } = new("routez", "ROUTEZ", "");

    /// <summary>JetStream, in total.</summary>
    public static BrokerQuestion Jsz { get; } = new("jsz", "JSZ", "");

    /// <summary>The connections that were closed last, fifty at most: 4 ms of a broker with 10,000 on record.</summary>
    public static BrokerQuestion LatestClosed { get; } = new("connz?state=closed&sort=stop&limit=50", "CONNZ", "\"state\":1,\"sort\":\"stop\",\"limit\":50");

    /// <summary>One connection among the open ones.</summary>
    /// <param name="clientId">The broker's number for it.</param>
    public static BrokerQuestion Open(ulong clientId) => Connection(clientId, "open", 0);

    /// <summary>One connection among the closed ones.</summary>
    /// <param name="clientId">The broker's number for it.</param>
    public static BrokerQuestion Closed(ulong clientId) => Connection(clientId, "closed", 1);

    // state=any would do in one question, but 2.9.10 then finds no connection by its number.
    private static BrokerQuestion Connection(ulong clientId, string state, int stateNumber) => new(
        string.Create(CultureInfo.InvariantCulture, $"connz?cid={clientId}&state={state}"),
        "CONNZ",
        string.Create(CultureInfo.InvariantCulture, $"\"cid\":{clientId},\"state\":{stateNumber}"));
}
