namespace Cordum.NatsProber.Probes;

/// <summary>
/// Reads probe files strictly: one pass finds every error of every file, with its place and its remedy.
/// </summary>
public static class ProbeFileReader
{
    /// <summary>Reads one file, or every <c>*.yaml</c> and <c>*.yml</c> of a folder (not of its subfolders), in ordinal order.</summary>
    /// <param name="fileOrDirectory">Path of a file or a folder; a relative one starts at the working folder.</param>
    /// <returns>The sound files, and what is wrong with the others. Never throws for what the files hold, or for a path.</returns>
    public static ReadResult Read(string fileOrDirectory)
    {
        var files = new List<ProbeFile>();
        var errors = new List<ProbeFileError>();
        var warnings = new List<ProbeFileError>();
        var clusters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in FilesAt(fileOrDirectory, errors))
        {
            var findings = new Findings(path);
            if (ReadOne(path, findings, clusters) is { } file)
                files.Add(file);
            errors.AddRange(findings.Errors);
            warnings.AddRange(findings.Warnings);
        }

        return new(files, errors, warnings);
    }

    private static List<string> FilesAt(string fileOrDirectory, List<ProbeFileError> errors)
    {
        if (!Directory.Exists(fileOrDirectory))
            return [fileOrDirectory];
        try
        {
            // Hidden files are those of editors and of mounted volumes.
            var files = Directory.EnumerateFiles(fileOrDirectory)
                .Where(f => Path.GetExtension(f).ToLowerInvariant() is ".yaml" or ".yml" && !Path.GetFileName(f).StartsWith('.'))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (files.Count == 0)
                errors.Add(new(fileOrDirectory, 1, 1, "the folder holds no probe file (*.yaml, *.yml)", "put one there, or name another folder"));
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new(fileOrDirectory, 1, 1, "the folder cannot be listed", "let the prober's user read it"));
            return [];
        }
    }

    private static ProbeFile? ReadOne(string path, Findings findings, Dictionary<string, string> clusters)
    {
        if (SourceText.Read(path, findings) is not { } text
            || YamlTree.Parse(text, findings) is not { } root
            || Section.Open("", root, findings) is not { } top)
            return null;

        var cluster = Names.Read(top, "cluster", "local");
        var endpoints = EndpointsReader.Endpoints(top, findings);
        var discover = EndpointsReader.Discover(top);
        var access = new AccessReader(top, Path.GetDirectoryName(Path.GetFullPath(path))!);
        var (auth, tls) = (access.Auth(), access.Tls());
        var probes = ProbesReader.Read(top);
        var objective = ObjectiveReader.Read(top, probes?.Request);
        if (cluster is not null && !clusters.TryAdd(cluster, path))
            findings.Error(top.Value("cluster")!, $"cluster {cluster} is described by {clusters[cluster]} too", "give each cluster one file, or another name");

        return findings.None ? new(path, cluster!, endpoints, discover, auth, tls, probes!, objective) : null;
    }
}
