namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// What the prober's stream is to look like: small, short-lived, discarding what is old, so that it can neither fill a broker nor be filled. Pure.
/// </summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Subject">Its one subject.</param>
/// <param name="Description">What it is and whose, for whoever finds it.</param>
/// <param name="Replicas">Servers that hold it.</param>
/// <param name="OnDisk">On disk, or in memory.</param>
/// <param name="IsBucket">Whether it holds a key-value bucket: one value a key, and what its clients expect.</param>
internal sealed record JetStreamShape(string Name, string Subject, string Description, int Replicas, bool OnDisk, bool IsBucket)
{
    /// <summary>Most messages kept.</summary>
    public const long MaxMessages = 64;

    /// <summary>Most bytes kept; also what brokers reserve for it.</summary>
    public const long MaxBytes = 64 * 1024;

    /// <summary>Longest message, in bytes, its headers included.</summary>
    public const int MaxMessageBytes = 1024;

    /// <summary>How long a message is kept.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Most messages kept of each subject; -1 for no limit.</summary>
    public long MaxMessagesPerSubject => IsBucket ? 1 : -1;

    /// <summary>The stream of a prober's messages.</summary>
    public static JetStreamShape OfStream(JetStreamNames names, string prober, string cluster, int replicas, bool onDisk) =>
        new(names.Stream, names.Subject, Text(prober, cluster), replicas, onDisk, IsBucket: false);

    /// <summary>The stream of a prober's bucket.</summary>
    public static JetStreamShape OfBucket(JetStreamNames names, string prober, string cluster, int replicas, bool onDisk) =>
        new(names.BucketStream, names.AnyKeySubject, Text(prober, cluster), replicas, onDisk, IsBucket: true);

    /// <summary>How what is there differs from this.</summary>
    public JetStreamDrift Compare(JetStreamFound found)
    {
        if (found.OnDisk != OnDisk)
            return new(CanBeUpdated: false, $"it is kept {Storage(found.OnDisk)}, and should be {Storage(OnDisk)}");

        var differences = new List<string>();
        Add("replicas", found.Replicas, Replicas);
        Add("max_msgs", found.MaxMessages, MaxMessages);
        Add("max_bytes", found.MaxBytes, MaxBytes);
        Add("max_msg_size", found.MaxMessageBytes, MaxMessageBytes);
        Add("max_age", found.MaxAge, MaxAge);
        Add("max_msgs_per_subject", found.MaxMessagesPerSubject, MaxMessagesPerSubject);
        Add("allow_direct", found.AllowDirect, false);
        Add("subjects", string.Join(' ', found.Subjects), Subject);
        return new(CanBeUpdated: true, differences.Count == 0 ? null : string.Join(", ", differences));

        void Add<T>(string what, T was, T wanted)
        {
            if (!EqualityComparer<T>.Default.Equals(was, wanted))
                differences.Add($"{what} {was} -> {wanted}");
        }
    }

    private static string Storage(bool onDisk) => onDisk ? "on disk" : "in memory";

    private static string Text(string prober, string cluster) =>
        $"natsprober: probe data of prober {prober} in cluster {cluster}; deleting it harms nothing but a tick";
}

/// <summary>The parts of a stream's configuration that matter, as they are.</summary>
internal sealed record JetStreamFound(
    int Replicas,
    bool OnDisk,
    long MaxMessages,
    long MaxBytes,
    int MaxMessageBytes,
    TimeSpan MaxAge,
    long MaxMessagesPerSubject,
    bool AllowDirect,
    IReadOnlyCollection<string> Subjects);

/// <summary>How a stream differs from what it is to be.</summary>
/// <param name="CanBeUpdated">False if only deleting it and making it anew would help, which is for people to decide.</param>
/// <param name="Differences">For people; null if there are none.</param>
internal readonly record struct JetStreamDrift(bool CanBeUpdated, string? Differences);
