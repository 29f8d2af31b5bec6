namespace Cordum.NatsProber.Probes;

/// <summary>
/// The clusters of all files that are read together: which file describes which, and which are named by others. Whether a name is known can be
/// said only when all files are read.
/// </summary>
internal sealed class Clusters
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<(Section Section, string? Own, ScalarNode Name)> _named = [];
    private int _described;

    /// <summary>A file says which cluster it describes.</summary>
    public void Describe(Section top, string cluster, string path)
    {
        _described++;
        if (!_files.TryAdd(cluster, path))
            top.Error(top.Value("cluster")!, $"cluster {cluster} is described by {_files[cluster]} too", "give each cluster one file, or another name");
    }

    /// <summary>A file names another cluster.</summary>
    /// <param name="section">The section that names it.</param>
    /// <param name="own">The file's own cluster; null when it is not known.</param>
    /// <param name="name">The other cluster's name and its place.</param>
    public void Name(Section section, string? own, ScalarNode name) => _named.Add((section, own, name));

    /// <summary>Reports the names that no file describes.</summary>
    /// <param name="files">How many files were read, the broken ones included.</param>
    public void Settle(int files)
    {
        foreach (var (section, own, name) in _named)
        {
            if (name.Text == own)
                section.Error(name, $"{section.Label("toClusters")}: {own} is this file's own cluster", "remove it; routes between its own brokers are probed anyway");

            // A file whose own name could not be read may be the one that is meant.
            else if (!_files.ContainsKey(name.Text) && _described == files)
                section.Error(name, $"{section.Label("toClusters")}: no file describes a cluster {name.Text}", Remedy(name.Text, own, files));
        }
    }

    private string Remedy(string name, string? own, int files)
    {
        if (files == 1)
            return $"put this file and the one of {name} into a folder, and give that folder to --probes";
        string[] others = [.. _files.Keys.Where(cluster => cluster != own)];
        return NearestWord.Find(name, others) is { Count: > 0 } near
            ? $"did you mean {string.Join(" or ", near)}?"
            : $"put its file beside this one, or name one that is there: {string.Join(", ", others.Take(10))}";
    }
}
