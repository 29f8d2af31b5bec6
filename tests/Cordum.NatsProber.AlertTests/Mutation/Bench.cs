namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A folder in which mutants lie, each in a folder of its own: <c>rules.yml</c>, and <c>case.yml</c> beside it.</summary>
internal sealed record Bench(DirectoryInfo Folder)
{
    private const string RuleFile = "rules.yml";

    private const string CaseFile = "case.yml";

    /// <summary>Writes the rules of each mutant; the rule files, in the mutants' order.</summary>
    public async Task<IReadOnlyList<string>> LayOutAsync(IReadOnlyList<Mutant> mutants, Func<Mutant, string> rules, CancellationToken cancel)
    {
        var files = new List<string>();
        foreach (var mutant in mutants)
            files.Add(await WriteAsync($"mutant{files.Count}", RuleFile, rules(mutant), cancel));
        return files;
    }

    /// <summary>Writes the rules of each mutant, then the original ones, and beside each the case; the cases, in that order.</summary>
    public async Task<IReadOnlyList<string>> LayOutAsync(IReadOnlyList<Mutant> mutants, Func<Mutant, string> rules, string original, string test, CancellationToken cancel)
    {
        var files = new List<string>();
        foreach (var text in mutants.Select(rules).Append(original))
        {
            var name = $"mutant{files.Count}";
            await WriteAsync(name, RuleFile, text, cancel);
            files.Add(await WriteAsync(name, CaseFile, test, cancel));
        }

        return files;
    }

    private async Task<string> WriteAsync(string mutant, string name, string text, CancellationToken cancel)
    {
        var path = Path.Combine(Folder.CreateSubdirectory(mutant).FullName, name);
        await File.WriteAllTextAsync(path, text, cancel);
        return path;
    }
}
