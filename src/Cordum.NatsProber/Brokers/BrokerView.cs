using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// What is known of a broker's own view of its health. A closed set: the <c>state</c> label of <c>cordum_nats_broker_view</c>, in snake case. Only the first two are the
/// broker's word for its health; the others say why there is none.
/// </summary>
public enum BrokerView
{
    /// <summary>The broker says that it is well.</summary>
    Healthy,

    /// <summary>The broker says that it is not.</summary>
    Unhealthy,

    /// <summary>The broker answers about the prober's own account, and no source is configured that knows how it is.</summary>
    Alive,

    /// <summary>Nobody gave a whole answer at the monitor's address: it refused, its name does not resolve, or the connection was cut.</summary>
    Unreachable,

    /// <summary>No whole answer in time.</summary>
    Timeout,

    /// <summary>Somebody answered, and would not tell (401, 403, 407).</summary>
    Denied,

    /// <summary>The TLS handshake failed, or a certificate file cannot be used.</summary>
    Tls,

    /// <summary>Somebody answered, and it is not what a broker's monitor says.</summary>
    Malformed,

    /// <summary>The broker was not asked yet.</summary>
    None,
}

/// <summary>A view, and for people what it rests on.</summary>
/// <param name="View">The view.</param>
/// <param name="Detail">What was seen. One line, without secrets; empty where the view says it all.</param>
public sealed record BrokerWord(BrokerView View, string Detail)
{
    /// <summary>Before the first answer.</summary>
    public static BrokerWord None { get; } = new(BrokerView.None, "");

    /// <summary>How a tick ends that found this.</summary>
    /// <exception cref="InvalidOperationException">It is <see cref="BrokerView.None"/>, which no tick finds.</exception>
    public Outcome Outcome => View switch
    {
        BrokerView.Healthy or BrokerView.Alive => Outcome.Success,
        BrokerView.Unhealthy => Outcome.Unhealthy,
        BrokerView.Unreachable => Outcome.Unreachable,
        BrokerView.Timeout => Outcome.Timeout,
        // Whoever answered may be a proxy, and how the broker is was not said.
        BrokerView.Denied or BrokerView.Tls or BrokerView.Malformed => Outcome.Error,
        _ => throw new InvalidOperationException("A tick that has asked knows more than nothing."),
    };
}
