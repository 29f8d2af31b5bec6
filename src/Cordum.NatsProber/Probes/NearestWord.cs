namespace Cordum.NatsProber.Probes;

/// <summary>Guesses which known word somebody meant.</summary>
internal static class NearestWord
{
    private const int LongestGuess = 40;

    /// <returns>The nearest known word, or null when none is near enough to be suggested.</returns>
    public static string? Find(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > LongestGuess)
            return null;
        var word = written.ToLowerInvariant();
        return known
            .Select(k => (Known: k, Distance: Distance(word, k.ToLowerInvariant())))
            .Where(c => c.Distance <= Math.Max(1, word.Length / 3) || BeginsAlike(word, c.Known))
            .OrderBy(c => c.Distance)
            .Select(c => c.Known)
            .FirstOrDefault();
    }

    /// <summary>So that <c>password</c> finds <c>passwordFile</c>.</summary>
    private static bool BeginsAlike(string word, string known) =>
        word.Length >= 3 && known.StartsWith(word, StringComparison.OrdinalIgnoreCase);

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
