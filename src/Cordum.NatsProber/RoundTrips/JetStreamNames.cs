using System.Security.Cryptography;
using System.Text;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// What a prober owns in a cluster's JetStream: one stream and one key-value bucket. The names stay the same over restarts, so that a prober finds
/// again what it made, and they differ for different probers and clusters, so that none writes into another's.
/// </summary>
public sealed record JetStreamNames
{
    private readonly string _prober;
    private readonly string _cluster;

    private JetStreamNames(string prober, string cluster)
    {
        _prober = ProbeSubjects.Token(prober);
        _cluster = ProbeSubjects.Token(cluster);

        // "a_b" with "c" and "a" with "b_c" would read the same, as would "a.b" and "a_b". Natural names therefore have no '_' at all, and all others end in a
        // hash of both.
        if ((prober + cluster).All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return;
        _cluster += '_' + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{prober.Length}:{prober}{cluster}")))[..8];
    }

    /// <summary>The names of one prober in one cluster.</summary>
    public static JetStreamNames For(string prober, string cluster) => new(prober, cluster);

    /// <summary>The stream that messages are published to.</summary>
    public string Stream => $"CORDUM_PROBE_{_prober}_{_cluster}";

    /// <summary>The stream's one subject; within what a prober may publish to anyway.</summary>
    public string Subject => $"_cordum.probe.{_prober}.js.{_cluster}";

    /// <summary>The key-value bucket.</summary>
    public string Bucket => Stream;

    /// <summary>The stream that holds the bucket.</summary>
    public string BucketStream => $"KV_{Bucket}";

    /// <summary>The subjects of the bucket's keys.</summary>
    public string AnyKeySubject => $"$KV.{Bucket}.>";

    /// <summary>The bucket's one key.</summary>
    public string Key => _prober;

    /// <summary>The subject of the bucket's one key.</summary>
    public string KeySubject => $"$KV.{Bucket}.{Key}";

    /// <summary>What a user needs to publish to for the stream, beside <c>_cordum.probe.&lt;prober&gt;.&gt;</c>, in which <see cref="Subject"/> lies.</summary>
    public IReadOnlyList<string> StreamGrants => ["$JS.API.INFO", .. Api(Stream)];

    /// <summary>What a user needs to publish to for the bucket.</summary>
    public IReadOnlyList<string> BucketGrants => ["$JS.API.INFO", .. Api(BucketStream), KeySubject];

    /// <summary>What a user needs to publish to for the removal of both, and for nothing else.</summary>
    public IReadOnlyList<string> CleanupGrants => [$"$JS.API.STREAM.DELETE.{Stream}", $"$JS.API.STREAM.DELETE.{BucketStream}"];

    private static string[] Api(string stream) =>
    [
        $"$JS.API.STREAM.INFO.{stream}",
        $"$JS.API.STREAM.CREATE.{stream}",
        $"$JS.API.STREAM.UPDATE.{stream}",
        $"$JS.API.STREAM.MSG.GET.{stream}",
    ];
}
