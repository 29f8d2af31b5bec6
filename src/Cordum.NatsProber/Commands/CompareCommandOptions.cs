using System.Net;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary>How <c>natsprober compare</c> prints.</summary>
internal enum CompareFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>As the prober serves it.</summary>
    Json,
}

/// <summary>The options of <c>natsprober compare</c>, as typed.</summary>
internal sealed record CompareCommandOptions
{
    /// <summary>Where the running prober serves; null to go by its settings.</summary>
    public string? From { get; init; }

    /// <summary>Its listen address; null to go by its other settings.</summary>
    public string? Listen { get; init; }

    /// <summary>How to print.</summary>
    public CompareFormat Format { get; init; }

    /// <summary>How far back; null for all.</summary>
    public string? Since { get; init; }

    /// <summary>Probe files to look for oneself; null to ask a running prober.</summary>
    public string? Probes { get; init; }

    /// <summary>How long the prober's answer may take.</summary>
    /// <value>10 s</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><see cref="Since"/>, parsed; null for all.</summary>
    public TimeSpan? Window => Since is null ? null : Durations.Parse(Since);

    /// <summary>What is wrong with them, a line each.</summary>
    public IEnumerable<string> Errors()
    {
        if (From is not null && Address(From) is null)
            yield return "--from: give the address where the prober serves, such as http://127.0.0.1:9522, without user, query or fragment"; // what it holds may be a secret
        if (From is not null && Listen is not null)
            yield return "--from and --listen both say where the prober serves; give one";
        if (Probes is not null && (From ?? Listen) is not null)
            yield return "--probes asks no running prober; leave out --from and --listen";
        if (Since is not null && Window is null)
            yield return $"--since '{Links.Printable.Of(Since)}': give a number and a unit, such as 30m, 1h or 7d";
        if (Since is not null && Probes is not null)
            yield return "--since chooses from the past, which a running prober alone knows; leave out --probes";
    }

    /// <summary>Where to ask.</summary>
    /// <exception cref="SettingsException">The settings make no sense, or do not tell.</exception>
    public Uri Asked()
    {
        if (From is not null)
            return Address(From)!;
        var listen = ProberSettings.Read(Listen is null ? new Dictionary<string, string?>() : new() { ["listen"] = Listen }).ListenEndPoint();
        if (listen.Port == 0)
            throw new SettingsException("the prober listens on any free port; say which with --from");
        var host = listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : listen.Address;
        return new Uri($"http://{new IPEndPoint(host, listen.Port)}");
    }

    private static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { UserInfo: "", Query: "", Fragment: "" } ? address : null;
}
