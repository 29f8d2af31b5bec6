namespace Cordum.NatsProber.Drills;

/// <summary>What links are called before people: by endpoint, and by cluster as well where more than one is meant. Pure.</summary>
/// <param name="all">All links of the drill.</param>
internal sealed class LinkNames(IEnumerable<LinkKey> all)
{
    private readonly bool _inFull = all.Select(link => link.Cluster).Distinct().Skip(1).Any();

    /// <summary>The name of one.</summary>
    public string Of(LinkKey link) => _inFull ? link.ToString() : link.Endpoint;

    /// <summary>The names of some, in order.</summary>
    public string Of(IEnumerable<LinkKey> links) => string.Join(", ", links.Order().Select(link => Of(link)));

    /// <summary>What stands before that which is said of a whole cluster: nothing, if there is but one.</summary>
    public string Before(string cluster) => _inFull ? $"{cluster}: " : "";
}
