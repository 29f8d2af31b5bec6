using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>A folder of probe files that goes away with the test.</summary>
internal sealed class ProbeFolder : IDisposable
{
    public ProbeFolder() => Root = Directory.CreateTempSubdirectory("natsprober-").FullName;

    public string Root { get; }

    public static string Repository { get; } = FindRepository();

    public string Put(string name, string content)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public ReadResult Read(string yaml) => ProbeFileReader.Read(Put("file.yaml", yaml));

    /// <summary>Reads one file of the given text and folder of its own.</summary>
    public static ReadResult ReadAlone(string yaml)
    {
        using var folder = new ProbeFolder();
        return folder.Read(yaml);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cordum.NatsProber.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run from inside the repository.");
        return folder;
    }
}
