namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>discover</c>.</summary>
internal static class DiscoverReader
{
    public static DiscoverySettings? Read(Section file)
    {
        if (file.Has("endpoints") && file.Has("discover"))
            file.Error(file.Key("discover"), "both endpoints and discover are given", "keep one of them");
        if (file.Child("discover") is not { } section)
            return null;

        if (!section.Has("dns"))
            section.Missing("dns", "write a name with A, AAAA or SRV records");
        var dns = Addresses.DnsName(section, "dns");
        var port = section.Integer("port", "1 to 65535", p => p is >= 1 and <= 65535) ?? Addresses.DefaultPort;
        var monitorPort = section.Integer("monitorPort", "1 to 65535", p => p is >= 1 and <= 65535);
        var resolver = Addresses.DnsServer(section, "resolver");
        var most = section.Integer("maxEndpoints", $"1 to {EndpointsReader.MaxEndpoints}", n => n is >= 1 and <= EndpointsReader.MaxEndpoints);
        return dns is null ? null : new(dns, port, resolver, most ?? DiscoverySettings.UsualMaxEndpoints) { MonitorPort = monitorPort };
    }
}
