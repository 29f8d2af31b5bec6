namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>endpoints</c>.</summary>
internal static class EndpointsReader
{
    public const int MaxEndpoints = 10_000;

    /// <summary>The schema carries the same pattern: a broker's name may be any text without white space.</summary>
    public const string ServerNamePattern = @"^\S{1,256}$";

    public static IReadOnlyList<ProbedEndpoint> Endpoints(Section file, Findings findings)
    {
        var endpoints = new List<ProbedEndpoint>();
        if (file.Value("endpoints") is not ListNode list)
        {
            if (file.Value("endpoints") is { } other)
                file.WrongType("endpoints", other, "a list", "write one line an endpoint: - { name: n1, url: \"nats://host:4222\" }");
            else if (!file.Has("discover"))
                file.Missing("endpoints", "list the brokers: - { name: n1, url: \"nats://host:4222\" }, or name them all by discover: { dns: name }");
            return endpoints;
        }

        if (list.Items.Count == 0)
            file.Error(list, "endpoints is empty", "list at least one broker: - { name: n1, url: \"nats://host:4222\" }");
        if (list.Items.Count > MaxEndpoints)
            file.Error(list.Items[MaxEndpoints], $"more than {MaxEndpoints} endpoints", "split the file");

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var addresses = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in list.Items.Take(MaxEndpoints))
        {
            if (Section.Open("endpoints", item, findings) is not { } section)
                continue;
            var name = Names.Read(section, "name", "n1");
            var url = Addresses.Broker(section);
            var monitor = Addresses.Monitor(section);
            var serverName = ServerName(section);
            if (name is not null && !names.TryAdd(name, section.Value("name")!.Line))
                section.Error(section.Value("name")!, $"endpoint name {name} is used twice, first in line {names[name]}", "write another name");
            if (url is not null && !addresses.TryAdd(url.Authority, section.Value("url")!.Line))
                section.Error(section.Value("url")!, $"{url.Authority} is probed twice, first in line {addresses[url.Authority]}", "remove one endpoint");
            if (name is not null && url is not null)
                endpoints.Add(new(name, url, monitor, serverName));
        }

        return endpoints;
    }

    private static string? ServerName(Section section)
    {
        if (section.Text("serverName") is not { } name)
            return null;
        if (name.Length <= 256 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return name;
        section.Error(
            section.Value("serverName")!, $"endpoints.serverName: {Section.Echo(name)} is not a server name", "write the broker's server_name, without white space");
        return null;
    }
}
