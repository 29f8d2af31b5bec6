namespace Cordum.NatsProber.Probes;

/// <summary>
/// Reads probe files strictly: one pass finds every error of every file, with its place and its remedy.
/// </summary>
public static class ProbeFileReader
{
    /// <summary>Reads one file, or every <c>*.yaml</c> and <c>*.yml</c> of a folder (not of its subfolders), in ordinal order.</summary>
    /// <param name="fileOrDirectory">Path of a file or a folder; a relative one starts at the working folder.</param>
    /// <returns>The sound files, and what is wrong with the others. Never throws for what the files hold, or for a path.</returns>
    public static ReadResult Read(string fileOrDirectory) => Read(fileOrDirectory, Environment.GetEnvironmentVariable);

    /// <summary>Reads them in another environment than the process's own.</summary>
    /// <param name="fileOrDirectory">Path of a file or a folder.</param>
    /// <param name="variable">The value of an environment variable, null when it is not set.</param>
    /// <returns>As the other overload.</returns>
    internal static ReadResult Read(string fileOrDirectory, Func<string, string?> variable)
    {
        var errors = new List<ProbeFileError>();
        var clusters = new Clusters();
        var read = new List<(Findings Findings, ProbeFile? File)>();
        foreach (var path in FilesAt(fileOrDirectory, errors))
        {
            var findings = new Findings(path);
            read.Add((findings, ReadOne(path, findings, clusters, variable)));
        }

        clusters.Settle(read.Count);

        errors.AddRange(read.SelectMany(one => one.Findings.Errors));
        return new(
            [.. read.Where(one => one.Findings.None).Select(one => one.File!)],
            errors,
            [.. read.SelectMany(one => one.Findings.Warnings)]);
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

    /// <returns>Null when there is an error in the file. One that only the other files show may still come.</returns>
    private static ProbeFile? ReadOne(string path, Findings findings, Clusters clusters, Func<string, string?> variable)
    {
        if (SourceText.Read(path, findings) is not { } text
            || YamlTree.Parse(text, findings) is not { } root
            || Section.Open("", root, findings) is not { } top)
            return null;

        var cluster = Names.Read(top, "cluster", "local");
        if (cluster is not null)
            clusters.Describe(top, cluster, path);
        var endpoints = EndpointsReader.Endpoints(top, findings);
        var discover = DiscoverReader.Read(top);
        var access = new AccessReader(top, Path.GetDirectoryName(Path.GetFullPath(path))!, variable);
        var (auth, systemAuth, tls) = (access.Auth(), access.SystemAuth(), access.Tls());
        var failover = FailoverReader.Read(top);
        var probes = new ProbesReader(top, cluster, clusters).Read();
        var objective = ObjectiveReader.Read(top, probes?.Request);
        return findings.None ? new(path, cluster!, endpoints, discover, auth, tls, probes!, objective) { Failover = failover, SystemAuth = systemAuth } : null;
    }
}
