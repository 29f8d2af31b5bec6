using Cordum.NatsProber.AlertTests.Promtool;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>What became of a mutant: the case that failed with it, or null if none did.</summary>
internal sealed record Verdict(Mutant Mutant, string? KilledBy);

/// <summary>What became of all mutants.</summary>
/// <param name="Verdicts">Of those that promtool takes for rules, in the order of the file.</param>
/// <param name="Invalid">Those that promtool rejects: nobody could deploy them.</param>
internal sealed record MutationReport(IReadOnlyList<Verdict> Verdicts, IReadOnlyList<Mutant> Invalid);

/// <summary>
/// Tries mutants on the promtool cases, a batch of them to a core. What cannot differ is left out, for speed: rules that the change does not reach, and
/// what cases ask about those. Cases that speak of the changed rule itself come before those that speak of one that reads it, and a mutant is
/// done with at the first case that fails.
/// </summary>
internal sealed class MutationRun(string promtool, RuleFile file, IReadOnlyList<TestCase> cases) : IDisposable
{
    /// <summary>One start of promtool for so many mutants: its start costs as much as several of them.</summary>
    private const int Batch = 32;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("natsprober-mutants");

    /// <summary>Removes what it wrote.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    /// <exception cref="InvalidOperationException">A case fails with the rules as they are, so that it tells nothing.</exception>
    public async Task<MutationReport> OfAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancel)
    {
        var batches = mutants.GroupBy(mutant => mutant.Rule).SelectMany(ofRule => ofRule.Chunk(Batch)).ToArray();
        var verdicts = new Dictionary<Mutant, Verdict>[batches.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        await Parallel.ForAsync(0, batches.Length, options, async (index, _) => verdicts[index] = await TryAsync(batches[index], cancel));
        var all = verdicts.SelectMany(each => each).ToDictionary();
        return new([.. mutants.Where(all.ContainsKey).Select(mutant => all[mutant])], [.. mutants.Where(mutant => !all.ContainsKey(mutant))]);
    }

    // Mutants of one rule. One that is invalid gets no verdict.
    private async Task<Dictionary<Mutant, Verdict>> TryAsync(Mutant[] mutants, CancellationToken cancel)
    {
        var bench = _folder.CreateSubdirectory(Guid.NewGuid().ToString("N"));
        var alive = new List<(Mutant Mutant, string Folder)>();
        foreach (var mutant in mutants)
            alive.Add((mutant, await LayOutAsync(bench, $"mutant{alive.Count}", mutant.Yaml, cancel)));
        var check = await PromtoolRun.CheckAsync(promtool, [.. alive.Select(each => Path.Combine(each.Folder, "rules.yml"))], cancel);
        alive = [.. alive.Where((_, index) => check.Succeeded[index])];

        var reached = file.ReachedFrom(mutants[0].Rule);
        var original = await LayOutAsync(bench, "original", file.Text(file.NeededBy(reached)), cancel);
        var verdicts = new Dictionary<Mutant, Verdict>();
        foreach (var (name, text) in CasesAbout(mutants[0].Rule, reached))
        {
            if (alive.Count == 0)
                break;
            string[] tests = [.. alive.Select(each => each.Folder).Append(original).Select(folder => Path.Combine(folder, "case.yml"))];
            foreach (var test in tests)
                await File.WriteAllTextAsync(test, text, cancel);
            var run = await PromtoolRun.TestAsync(promtool, tests, cancel);
            if (!run.Succeeded[^1])
                throw new InvalidOperationException($"{name} fails with the rules as they are:\n{run.Output}");
            foreach (var (mutant, _) in alive.Where((_, index) => !run.Succeeded[index]))
                verdicts.Add(mutant, new(mutant, name));
            alive = [.. alive.Where(each => !verdicts.ContainsKey(each.Mutant))];
        }

        foreach (var (mutant, _) in alive)
            verdicts.Add(mutant, new(mutant, null));
        bench.Delete(recursive: true);
        return verdicts;
    }

    private IEnumerable<(string Name, string Text)> CasesAbout(string rule, IReadOnlyList<string> reached) =>
        from each in cases
        let text = each.About(reached)
        where text is not null
        orderby RuleFile.IsNamedIn(rule, text) descending
        select (each.Name, text);

    private static async Task<string> LayOutAsync(DirectoryInfo bench, string name, string rules, CancellationToken cancel)
    {
        var folder = bench.CreateSubdirectory(name).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules, cancel);
        return folder;
    }
}
