namespace Cordum.NatsProber.Probes;

/// <summary>Guesses which known word somebody meant.</summary>
internal static class NearestWord
{
    private const int LongestGuess = 40;

    /// <returns>The known words that begin with the written one, else the nearest; none when none is near enough to be suggested.</returns>
    public static IReadOnlyList<string> Find(string written, IReadOnlyList<string> known)
    {
        if (written.Length is 0 or > LongestGuess)
            return [];
        var word = written.ToLowerInvariant();

        // So that `password` finds passwordFile and passwordEnv.
        if (word.Length >= 3 && known.Where(k => k.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToList() is { Count: > 0 } beginning)
            return beginning;
        return
        [
            .. known
                .Select(k => (Known: k, Distance: Distance(word, k.ToLowerInvariant())))
                .Where(c => c.Distance <= Math.Max(1, word.Length / 3))
                .OrderBy(c => c.Distance)
                .Select(c => c.Known)
                .Take(1),
        ];
    }

    /// <summary>Levenshtein's distance, one row at a time; two swapped letters count as one change.</summary>
    private static int Distance(string a, string b)
    {
        int[] beforeLast = [], last = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(changed, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last) = (last, row);
        }

        return last[^1];
    }
}
