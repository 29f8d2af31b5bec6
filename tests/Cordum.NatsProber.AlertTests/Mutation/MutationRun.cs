using Cordum.NatsProber.AlertTests.Promtool;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>What became of a mutant: the case that failed with it, or null if none did.</summary>
internal sealed record Verdict(Mutant Mutant, string? KilledBy);

/// <summary>What became of all mutants.</summary>
/// <param name="Verdicts">Of those that promtool takes for rules, in the order of the file.</param>
/// <param name="Invalid">Those that promtool rejects: nobody could deploy them.</param>
internal sealed record MutationReport(IReadOnlyList<Verdict> Verdicts, IReadOnlyList<Mutant> Invalid);

/// <summary>
/// Tries mutants on the promtool cases, a batch of them to a core. What cannot differ is left out, for speed: rules that the change does not reach, what
/// cases ask about those, series that nobody reads then, and cases in which the changed rule has nothing to read. First what is asked about the changed
/// rule itself, then about those that read it; a mutant is done with at the first case that fails.
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
        var rule = mutants[0].Rule;
        var bench = new Bench(_folder.CreateSubdirectory(Guid.NewGuid().ToString("N")), file);
        var check = await PromtoolRun.CheckAsync(promtool, await bench.LayOutAsync(mutants, [rule], cancel), cancel);
        var verdicts = mutants.Where((_, index) => check.Succeeded[index]).ToDictionary(mutant => mutant, mutant => new Verdict(mutant, null));

        // Most are found by what is asked about the rule itself, which is little to compute.
        await TryAsync(bench, verdicts, [rule], cancel);
        if (file.ReachedFrom(rule) is { Count: > 1 } reached)
            await TryAsync(bench, verdicts, reached, cancel);
        bench.Folder.Delete(recursive: true);
        return verdicts;
    }

    // Tries those that are alive on what the cases ask about the rules of these names.
    private async Task TryAsync(Bench bench, Dictionary<Mutant, Verdict> verdicts, IReadOnlyList<string> about, CancellationToken cancel)
    {
        var needed = file.NeededBy(about);
        foreach (var each in cases)
        {
            Mutant[] alive = [.. verdicts.Values.Where(verdict => verdict.KilledBy is null).Select(verdict => verdict.Mutant)];
            if (alive.Length == 0)
                return;
            var living = file.Living(needed, each.Series);
            if (!living.Contains(alive[0].Rule) || each.About(about, file.Text(living)) is not { } text)
                continue;
            var run = await PromtoolRun.TestAsync(promtool, await bench.LayOutAsync(alive, living, text, cancel), cancel);
            if (!run.Succeeded[^1])
                throw new InvalidOperationException($"{each.Name} fails with the rules as they are:\n{run.Output}");
            foreach (var mutant in alive.Where((_, index) => !run.Succeeded[index]))
                verdicts[mutant] = new(mutant, each.Name);
        }
    }
}
