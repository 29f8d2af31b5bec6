using System.Text.RegularExpressions;
using Cordum.NatsProber.Probes;
using Newtonsoft.Json.Linq;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>The table of keys in docs/probe-files.md is held to the reader and the schema.</summary>
public sealed partial class ProbeFileDocsTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(ProbeFolder.Repository, "docs", "probe-files.md"));

    /// <summary>Rows of the table: the keys they are for, in full; the whole row.</summary>
    private static readonly (string[] Keys, string Text)[] Rows =
        [.. Lines.SkipWhile(line => line != "| key | value | default |").Skip(2).TakeWhile(line => line.StartsWith('|')).Select(Row)];

    public static TheoryData<string> Keys => [.. KnownKeys.BySection.SelectMany(section => section.Value.Select(key => Full(section.Key, key))).Where(IsNoSection)];

    public static TheoryData<string, string> Defaults =>
        new(ProbeFileSchema.Json.SelectTokens("$..default").Select(value =>
            (value.Parent!.Parent!.Path.Replace("properties.", "", StringComparison.Ordinal), value.Type == JTokenType.Boolean ? $"{value}".ToLowerInvariant() : $"{value}")));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_has_a_row(string key) => Assert.Single(RowsOf(key));

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Every_default_stands_in_its_row(string key, string value) =>
        Assert.Contains(Word().Matches(RowsOf(key).Single().Text.Split('|')[^2]), word => word.Value == value);

    [Fact]
    public void Every_row_is_for_keys_that_there_are() =>
        Assert.All(Rows.SelectMany(row => row.Keys), key => Assert.True(KnownKeys.BySection.ContainsKey(key) || Keys.Any(known => known.Data == key), key));

    [Fact]
    public void Every_example_is_linked() =>
        Assert.All(
            Directory.GetFileSystemEntries(Path.Combine(ProbeFolder.Repository, "probes", "examples")).Select(Path.GetFileName),
            example => Assert.Contains(Lines, line => line.Contains($"(../probes/examples/{example})", StringComparison.Ordinal)));

    /// <summary>A probe's schedule stands in the row of the probe.</summary>
    private static IEnumerable<(string[] Keys, string Text)> RowsOf(string key) => Rows.Where(row => row.Keys.Contains(key)
        || (key.Split('.') is ["probes", var probe, "every" or "timeout"]
            && row.Keys.Contains($"probes.{probe}")
            && row.Text.Contains($"`{key.Split('.')[^1]}`", StringComparison.Ordinal)));

    private static bool IsNoSection(string key) => !KnownKeys.BySection.ContainsKey(key);

    private static string Full(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";

    /// <summary>A key without its section, <c>.tokenEnv</c>, has that of the one before it.</summary>
    private static (string[] Keys, string Text) Row(string line)
    {
        var cell = line.Split('|')[1];
        var keys = new List<string>();
        foreach (var written in Code().Matches(cell).Select(match => match.Groups[1].Value.Replace("[]", "", StringComparison.Ordinal)))
            keys.Add(written.StartsWith('.') ? keys[0][..keys[0].LastIndexOf('.')] + written : written);
        return ([.. keys], line);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[A-Za-z0-9\[\]]+")]
    private static partial Regex Word();
}
