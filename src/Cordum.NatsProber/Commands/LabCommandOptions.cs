using System.Globalization;

namespace Cordum.NatsProber.Commands;

/// <summary>The options of <c>natsprober lab</c>, as typed. The default ports are those that <c>probes/local.yaml</c> describes.</summary>
public sealed record LabCommandOptions
{
    private const int MostBrokers = 32;

    /// <summary><c>--brokers</c>: how many.</summary>
    /// <value>3</value>
    public int Brokers { get; init; } = 3;

    /// <summary><c>--nats-server</c>: path of the executable.</summary>
    /// <value>null: found in NATSPROBER_NATS_SERVER, on PATH, or in the usual folders.</value>
    public string? NatsServer { get; init; }

    /// <summary><c>--cluster</c>: the cluster's name.</summary>
    /// <value>local</value>
    public string ClusterName { get; init; } = "local";

    /// <summary><c>--client-port</c>: port of the first broker; the others have the next ones.</summary>
    /// <value>14221</value>
    public int ClientPort { get; init; } = 14221;

    /// <summary><c>--monitor-port</c>: HTTP monitor port of the first broker; the others have the next ones.</summary>
    /// <value>18221</value>
    public int MonitorPort { get; init; } = 18221;

    /// <summary><c>--route-port</c>: route port of the first broker; the others have the next ones.</summary>
    /// <value>16221</value>
    public int RoutePort { get; init; } = 16221;

    /// <summary><c>--jetstream</c>: whether the brokers offer JetStream.</summary>
    /// <value>false</value>
    public bool JetStream { get; init; }

    /// <summary><c>--restart-after</c>: how long a broker that ended stays down (500ms, 5s, 1m), or <c>never</c> to leave it down.</summary>
    /// <value>5s</value>
    public string RestartAfter { get; init; } = "5s";

    /// <summary>Everything that is wrong with the values, each with what to write instead.</summary>
    public IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (Brokers is < 1 or > MostBrokers)
            errors.Add($"--brokers {Brokers}: write a number from 1 to {MostBrokers}");
        if (string.IsNullOrEmpty(ClusterName) || ClusterName.Any(char.IsWhiteSpace))
            errors.Add($"--cluster '{ClusterName}': write a name without spaces");
        if (!TryGetRestartAfter(out _))
            errors.Add($"--restart-after {RestartAfter}: write a time such as 500ms, 5s or 1m (a day at most), or never");

        (string Option, int First)[] ports = [("--client-port", ClientPort), ("--monitor-port", MonitorPort), ("--route-port", RoutePort)];
        var count = Math.Clamp(Brokers, 1, MostBrokers);
        foreach (var (option, first) in ports)
        {
            if (first < 1 || first + count - 1 > ushort.MaxValue)
                errors.Add($"{option} {first}: write a number from 1 to {ushort.MaxValue - count + 1}");
        }

        for (var i = 0; i < ports.Length; i++)
        {
            foreach (var other in ports[(i + 1)..])
            {
                if (Math.Abs(ports[i].First - other.First) < count)
                    errors.Add($"{ports[i].Option} {ports[i].First} and {other.Option} {other.First}: {count} brokers need them {count} or more apart");
            }
        }

        return errors;
    }

    /// <summary>Reads <see cref="RestartAfter"/>: the time, or null for <c>never</c>; false if it is neither.</summary>
    internal bool TryGetRestartAfter(out TimeSpan? after)
    {
        after = null;
        if (RestartAfter == "never")
            return true;
        var unit = RestartAfter.TrimStart("0123456789.".ToCharArray());
        TimeSpan? one = unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            _ => null,
        };
        var number = RestartAfter.AsSpan(0, RestartAfter.Length - unit.Length);
        if (one is null || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        if (count * one.Value.TotalDays > 1)
            return false;
        after = one * count;
        return true;
    }
}
