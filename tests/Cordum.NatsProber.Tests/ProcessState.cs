namespace Cordum.NatsProber.Tests;

/// <summary>For tests that set what the whole process shares: environment variables, the working directory. Nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessState
{
    /// <summary>The collection's name.</summary>
    public const string Name = "process state";
}

/// <summary>An empty working directory and an environment without NATSPROBER variables, until disposed of.</summary>
internal sealed class CleanProcessState : IDisposable
{
    private readonly string _directory = Directory.GetCurrentDirectory();
    private readonly Dictionary<string, string?> _variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("NATSPROBER_", StringComparison.Ordinal))
        .ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public CleanProcessState()
    {
        Folder = Directory.CreateTempSubdirectory("natsprober-").FullName;
        Directory.SetCurrentDirectory(Folder);
        foreach (var name in _variables.Keys)
            Environment.SetEnvironmentVariable(name, null);
    }

    /// <summary>The working directory.</summary>
    public string Folder { get; }

    public void Set(string variable, string value)
    {
        _variables.TryAdd(variable, null);
        Environment.SetEnvironmentVariable(variable, value);
    }

    public string Put(string file, string content)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        foreach (var (name, value) in _variables)
            Environment.SetEnvironmentVariable(name, value);
        Directory.SetCurrentDirectory(_directory);
        Directory.Delete(Folder, recursive: true);
    }
}
