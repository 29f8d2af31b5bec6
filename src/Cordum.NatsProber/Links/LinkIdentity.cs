namespace Cordum.NatsProber.Links;

/// <summary>The labels that name one link in every series and log line.</summary>
/// <param name="Cluster">The cluster's name in the probe file.</param>
/// <param name="Endpoint">The endpoint's name in the probe file.</param>
/// <param name="Scope"><c>endpoint</c> for a pinned link.</param>
public sealed record LinkIdentity(string Cluster, string Endpoint, string Scope);
