using Cordum.NatsProber.AlertTests.Promtool;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A folder in which mutants of a rule file lie, each in a folder of its own: <c>rules.yml</c>, and <c>case.yml</c> beside it.</summary>
internal sealed record Bench(DirectoryInfo Folder, RuleFile File)
{
    /// <summary>Writes the rules of these names for each mutant; the rule files, in the mutants' order.</summary>
    public async Task<IReadOnlyList<string>> LayOutAsync(IReadOnlyList<Mutant> mutants, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        var files = new List<string>();
        foreach (var mutant in mutants)
            files.Add(await WriteAsync(files.Count, "rules.yml", File.Text(names, mutant.Number, mutant.Item), cancel));
        return files;
    }

    /// <summary>Likewise, then the rules without a mistake, and beside each the case; the cases, in that order.</summary>
    public async Task<IReadOnlyList<string>> LayOutAsync(IReadOnlyList<Mutant> mutants, IReadOnlyCollection<string> names, string test, CancellationToken cancel)
    {
        await LayOutAsync(mutants, names, cancel);
        await WriteAsync(mutants.Count, "rules.yml", File.Text(names), cancel);
        var files = new List<string>();
        for (var number = 0; number <= mutants.Count; number++)
            files.Add(await WriteAsync(number, "case.yml", test, cancel));
        return files;
    }

    private async Task<string> WriteAsync(int number, string name, string text, CancellationToken cancel)
    {
        var path = Path.Combine(Folder.CreateSubdirectory($"mutant{number}").FullName, name);
        await System.IO.File.WriteAllTextAsync(path, text, cancel);
        return path;
    }
}
