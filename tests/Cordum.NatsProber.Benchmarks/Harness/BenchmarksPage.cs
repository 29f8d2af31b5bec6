namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>docs/benchmarks.md: each benchmark has a section between two markers, and replaces that alone.</summary>
internal static class BenchmarksPage
{
    /// <summary>Puts a section into a page.</summary>
    /// <param name="path">The page.</param>
    /// <param name="name">The section's name on its markers.</param>
    /// <param name="section">What to put between them.</param>
    public static void Put(string path, string name, string section) => File.WriteAllText(path, With(File.ReadAllText(path), name, section));

    /// <summary>The page with a section replaced.</summary>
    /// <exception cref="FormatException">The page has no such section, or one without an end.</exception>
    public static string With(string page, string name, string section)
    {
        var (begins, ends) = ($"<!-- {name} begins -->\n", $"<!-- {name} ends -->");
        var from = page.IndexOf(begins, StringComparison.Ordinal);
        var to = from < 0 ? -1 : page.IndexOf(ends, from, StringComparison.Ordinal);
        return to < 0
            ? throw new FormatException($"the page has no section between '{begins.Trim()}' and '{ends}'")
            : string.Concat(page.AsSpan(0, from + begins.Length), section.TrimEnd() + "\n", page.AsSpan(to));
    }
}
