using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Probes;

/// <summary>
/// URLs and host names. A URL is repeated in a message only when it has no <c>@</c>: what stands before one may be a password.
/// </summary>
internal static partial class Addresses
{
    public const int DefaultPort = 4222;

    private const string HostPattern = @"([A-Za-z0-9_]([A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]+\])";

    /// <summary>The schema carries the same patterns.</summary>
    public const string BrokerPattern = $"^(nats|tls)://{HostPattern}(:[0-9]{{1,5}})?/?$";

    public const string MonitorPattern = $@"^https?://{HostPattern}(:[0-9]{{1,5}})?(/[^?#@\s]*)?$";

    public const string HostNamePattern = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$";

    /// <summary>Labels as a DNS server takes them, those of SRV names (<c>_nats._tcp.host</c>) among them; an IP address is none.</summary>
    public const string DnsNamePattern = @"^(?![0-9.]+$)(?=.{1,253}\.?$)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$";

    /// <summary>An address of version 6 that has a port stands in brackets; one that has none may.</summary>
    public const string DnsServerPattern = @"^([0-9.]+(:[0-9]{1,5})?|\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\](:[0-9]{1,5})?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$";

    private const int DnsPort = 53;

    private const string BrokerExample = "write nats://host:4222 or tls://host:4222";
    private const string MonitorExample = "write http://host:8222 or https://host:8222";

    /// <summary>The host of a URL, as a resolver or <see cref="IPAddress.TryParse(string?, out IPAddress?)"/> takes it: an address of version 6 without its brackets.</summary>
    public static string HostOf(Uri url) => url.IdnHost.Trim('[', ']');

    public static Uri? Broker(Section section)
    {
        const string key = "url";
        if (!section.Has(key))
            section.Missing(key, BrokerExample);
        if (section.Text(key) is not { } text || HasSecret(section, key, text))
            return null;

        var scheme = text.Contains("://", StringComparison.Ordinal) ? text[..text.IndexOf(':', StringComparison.Ordinal)] : null;
        var (problem, remedy) = scheme switch
        {
            "ws" or "wss" => ("WebSocket (ws, wss) is not supported", "write the broker's nats:// or tls:// address"),
            null => ($"{Section.Echo(text)} has no scheme", BrokerExample),
            not ("nats" or "tls") => ($"scheme {Section.Echo(scheme)} is not supported", BrokerExample),
            _ when BrokerShape().IsMatch(text) => (Trouble(text), BrokerExample),
            _ when AfterHost(text) => ($"{Section.Echo(text)} has a path, query or fragment", "end the URL after the port"),
            _ => ($"{Section.Echo(text)} has no valid host and port", BrokerExample),
        };
        if (problem is null)
            return WithPort(new Uri(text.TrimEnd('/')));
        section.Error(section.Value(key)!, $"{section.Label(key)}: {problem}", remedy);
        return null;
    }

    public static Uri? Monitor(Section section)
    {
        const string key = "monitor";
        if (section.Text(key) is not { } text || HasSecret(section, key, text))
            return null;
        var problem = MonitorShape().IsMatch(text) ? Trouble(text) : $"{Section.Echo(text)} is not an HTTP address";
        if (problem is null)
            return new Uri(text);
        section.Error(section.Value(key)!, $"{section.Label(key)}: {problem}", $"{MonitorExample}, without a query");
        return null;
    }

    public static string? HostName(Section section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        if (HostNameShape().IsMatch(text))
            return text;
        section.Error(section.Value(key)!, $"{section.Label(key)}: {Section.Echo(text)} is not a host name", "write a host name, without scheme or port");
        return null;
    }

    public static string? DnsName(Section section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        if (DnsNameShape().IsMatch(text))
            return text;
        section.Error(
            section.Value(key)!,
            $"{section.Label(key)}: {Section.Echo(text)} is not a DNS name",
            "write a name with A, AAAA or SRV records, without scheme or port; IP addresses belong under endpoints");
        return null;
    }

    public static IPEndPoint? DnsServer(Section section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        var shape = DnsServerShape().Match(text);
        var host = shape.Groups["host"].Value;
        var port = shape.Groups["port"] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : DnsPort;
        if (IPAddress.TryParse(host, out var address) && IsPlain(host, address) && !IsAny(address) && port is >= 1 and <= 65535)
            return new(address, port);
        section.Error(
            section.Value(key)!,
            $"{section.Label(key)}: {Section.Echo(text)} {(shape.Success ? "has no valid IP address and port (1 to 65535)" : "is not the address of a DNS server")}",
            "write an IP address, with a port if it is not 53: 10.96.0.10, 10.96.0.10:5353 or [fd00::10]:5353");
        return null;
    }

    public static string Format(Uri url) => $"{url.Scheme}://{url.Authority}{(url.AbsolutePath == "/" ? "" : url.AbsolutePath)}";

    private static bool HasSecret(Section section, string key, string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            return false;
        section.Error(section.Value(key)!, $"{section.Label(key)} contains user information (@)", "remove it from the URL and describe it under auth");
        return true;
    }

    /// <summary>What a pattern cannot see.</summary>
    private static string? Trouble(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Port != 0)
        {
            var allDigits = url.Host.All(c => char.IsAsciiDigit(c) || c == '.');
            return allDigits && !(IPAddress.TryParse(url.Host, out var address) && IsPlain(url.Host, address))
                ? $"{Section.Echo(url.Host)} is not an IP address"
                : null;
        }

        return $"{Section.Echo(text)} has no valid host and port (1 to 65535)";
    }

    /// <summary>Version 4 has spellings that a person would read as another address: <c>10.1</c> is 10.0.0.1, and <c>010.0.0.1</c> is 8.0.0.1.</summary>
    private static bool IsPlain(string text, IPAddress address) => text.Contains(':', StringComparison.Ordinal) || address.ToString() == text;

    /// <summary>Every address of this machine: a server may listen there, but nobody can ask it there.</summary>
    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool AfterHost(string text) => text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + 3).IndexOfAny("/?#") > 0;

    private static Uri WithPort(Uri url) => url.Port > 0 ? url : new UriBuilder(url) { Port = DefaultPort }.Uri;

    [GeneratedRegex(@"\A(nats|tls)://" + HostPattern + @"(:[0-9]{1,5})?/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BrokerShape();

    [GeneratedRegex(@"\Ahttps?://" + HostPattern + @"(:[0-9]{1,5})?(/[^?#@\s]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MonitorShape();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,252}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostNameShape();

    [GeneratedRegex(@"\A(?![0-9.]+\z)(?=.{1,253}\.?\z)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DnsNameShape();

    [GeneratedRegex(
        @"\A((?<host>[0-9.]+)(:(?<port>[0-9]{1,5}))?|\[(?<host>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)\](:(?<port>[0-9]{1,5}))?|(?<host>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DnsServerShape();
}
