using System.Text.RegularExpressions;
using Cordum.NatsProber.AlertTests.Queries;

namespace Cordum.NatsProber.AlertTests.Docs;

/// <summary>One page of the documentation, in the parts that can be held to something.</summary>
internal sealed partial record Page(string Path, string Text)
{
    /// <summary>The runbooks, their index and the causes, and the playbook.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [.. Runbooks().Append(RepositoryFiles.PathOf("docs/playbook.md")).Select(file => new Page(file, File.ReadAllText(file)))];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Its headings, in order, with their <c>#</c>.</summary>
    public IEnumerable<string> Headings => Heading().Matches(WithoutCode()).Select(match => match.Value.TrimEnd());

    /// <summary>The queries that it gives to be pasted.</summary>
    public IEnumerable<Query> Queries() => Pasted().Matches(Text).Concat(Block().Matches(Text))
        .Select(match => new Query($"{Name}.md:{LineOf(match.Index)}", Comment().Replace(match.Groups["query"].Value, "").Trim()));

    /// <summary>The command lines that it gives to be pasted.</summary>
    public IEnumerable<string> Commands() => CodeBlock().Matches(Text).SelectMany(block => Command().Matches(block.Value)).Select(match => match.Groups["command"].Value);

    /// <summary>The text below one heading of the second level.</summary>
    public string Section(string heading)
    {
        var from = Text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"{Name} has no section {heading}");
        var to = Text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return to < 0 ? Text[from..] : Text[from..to];
    }

    /// <summary>What is wrong with its links to files and headings of the repository.</summary>
    public IEnumerable<string> DeadLinks()
    {
        foreach (var target in Link().Matches(Text).Select(match => match.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal)))
        {
            var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
            var path = file.Length == 0 ? Path : System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, file));
            if (!File.Exists(path) && !Directory.Exists(path))
                yield return $"{Name}.md: {target}: no such file";
            else if (anchor.Length > 0 && !new Page(path, File.ReadAllText(path)).Headings.Select(Anchor).Contains(anchor))
                yield return $"{Name}.md: {target}: no such heading";
        }
    }

    private static string[] Runbooks() => [.. Directory.GetFiles(RepositoryFiles.PathOf("docs/runbooks"), "*.md").Order(StringComparer.Ordinal)];

    /// <summary>As GitHub makes it.</summary>
    private static string Anchor(string heading) => NoAnchor().Replace(heading.TrimStart('#', ' ').ToLowerInvariant(), "").Replace(' ', '-');

    private string WithoutCode() => CodeBlock().Replace(Text, "");

    private int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"^#+ .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""(promtool query instant "\$PROM" |--data-urlencode )'(query=)?(?<query>[^']+)'""")]
    private static partial Regex Pasted();

    [GeneratedRegex(@"^ *```promql\n(?<query>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^(\$ )?(?<command>(natsprober|amtool|promtool|curl) .*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NoAnchor();
}
