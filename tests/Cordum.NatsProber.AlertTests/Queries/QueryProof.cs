using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.AlertTests.Queries;

/// <summary>
/// Holds queries to what there is: promtool parses each; each names series and labels that exist; and each answers something when promtool runs it over every
/// series that the prober serves, with the shipped rules. The last finds what the others cannot: two sides that never match, a filter that fits nothing.
/// </summary>
internal static partial class QueryProof
{
    private const string Failed = "cannot be evaluated: ";

    /// <summary>Fails with everything that is wrong, a line each.</summary>
    public static async Task HoldAsync(IReadOnlyList<Query> queries, PrometheusRelease release)
    {
        var troubles = await FindAsync(queries, release);
        Assert.True(troubles.Count == 0, string.Join('\n', troubles));
    }

    private static async Task<IReadOnlyList<string>> FindAsync(IReadOnlyList<Query> queries, PrometheusRelease release)
    {
        Assert.NotEmpty(queries);
        if (await Unparsable(queries, release) is { Length: > 0 } unparsable)
            return [unparsable];

        // What the rules record is asked for as well: the answers show which labels each has.
        Query[] recorded = [.. KnownSeries.Recorded.Select(name => new Query("rules.yml", name))];
        var answers = await AnswersAsync([.. recorded, .. queries], release);
        var labels = new Dictionary<string, HashSet<string>>(KnownSeries.Scraped);
        foreach (var (record, answer) in recorded.Zip(answers))
            labels[record.Text] = [.. LabelName().Matches(answer).Select(label => label.Groups["name"].Value)];

        return
        [
            .. queries.SelectMany(query => Unknown(query, labels)),
            .. recorded.Concat(queries).Zip(answers).Select(pair => Wrong(pair.First, pair.Second)).OfType<string>(),
        ];
    }

    /// <summary>The series and labels that it names and that do not exist.</summary>
    private static IEnumerable<string> Unknown(Query query, Dictionary<string, HashSet<string>> labelsOf)
    {
        foreach (var (series, labels) in query.Selectors())
        {
            if (!labelsOf.TryGetValue(series, out var known))
                yield return $"{query.Where}: there is no series {series}: {query.Text}";
            else if (labels.Except(known).ToList() is { Count: > 0 } strange)
                yield return $"{query.Where}: {series} has no label {string.Join(", ", strange)}: {query.Text}";
        }
    }

    private static async Task<string> Unparsable(IReadOnlyList<Query> queries, PrometheusRelease release)
    {
        var rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
        for (var i = 0; i < queries.Count; i++)
            rules.Append(CultureInfo.InvariantCulture, $"  - record: query:{i}\n    expr: {Yaml(queries[i].Text)}\n");
        var (exitCode, said) = await RunAsync(release, rules.ToString(), "check", "rules", "--lint=none");
        return exitCode == 0 ? "" : QueryNumber().Replace(said, number => queries[int.Parse(number.Groups["i"].ValueSpan, CultureInfo.InvariantCulture)].Where);
    }

    /// <summary>What each query answers, as promtool writes it; <c>nil</c> for nothing.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(IReadOnlyList<Query> queries, PrometheusRelease release)
    {
        var test = new StringBuilder($"rule_files: [{Yaml(RepositoryFiles.Rules)}]\nevaluation_interval: 15s\ntests:\n- interval: 15s\n  input_series:\n");
        foreach (var (series, values) in KnownSeries.Input())
            test.Append(CultureInfo.InvariantCulture, $"  - {{series: {Yaml(series)}, values: {Yaml(values)}}}\n");
        // Nothing answers this expectation, so promtool tells, query after query, what it got instead.
        test.Append("  promql_expr_test:\n");
        foreach (var query in queries)
            test.Append(CultureInfo.InvariantCulture, $"  - {{expr: {Yaml(WithoutFallback(query.Text))}, eval_time: 20m, exp_samples: [{{labels: 'never{{}}', value: -1}}]}}\n");

        var (_, said) = await RunAsync(release, test.ToString(), "test", "rules");
        string[] answers = [.. Answer().Matches(said).Select(match => match.Groups["err"].Success ? Failed + match.Groups["err"].Value : match.Groups["got"].Value)];
        Assert.True(answers.Length == queries.Count, $"{queries.Count} queries, {answers.Length} answers:\n{said}");
        return answers;
    }

    private static async Task<ProgramRun> RunAsync(PrometheusRelease release, string content, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return await ProgramRun.OfAsync(release.Promtool, [.. arguments, folder.Put("queries.yml", content)]);
    }

    private static string? Wrong(Query query, string answer) =>
        answer.StartsWith(Failed, StringComparison.Ordinal) ? $"{query.Where}: {answer}: {query.Text}"
        : answer is "nil" or "" ? $"{query.Where}: answers nothing: {query.Text}"
        : query.Needs is { } label && !answer.Contains($"{label}=\"", StringComparison.Ordinal) ? $"{query.Where}: answers without a label {label}: {query.Text}"
        : null;

    /// <summary>With its <c>or vector(0)</c> every query would answer.</summary>
    private static string WithoutFallback(string query) => Fallback().Replace(query, "");

    private static string Yaml(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\s+or vector\(0\)$")]
    private static partial Regex Fallback();

    [GeneratedRegex(@"(?<name>\w+)=""")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"query:(?<i>\d+)")]
    private static partial Regex QueryNumber();

    [GeneratedRegex(@"^\s+got: ?(?<got>.*)$|, err: (?<err>.*)$", RegexOptions.Multiline)]
    private static partial Regex Answer();
}
