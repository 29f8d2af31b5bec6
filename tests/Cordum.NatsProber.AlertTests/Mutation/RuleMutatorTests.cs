using Cordum.NatsProber.AlertTests.Promtool;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Mutation;

public sealed class RuleMutatorTests
{
    private const string File = """
        groups:
        - name: g
          rules:
          - record: r
            expr: max(a)
          - alert: A
            expr: |
              r
              > 2
            for: 5m
            labels: {severity: critical}
        """;

    private static readonly RuleFile Rules = Parsed();

    [Fact]
    public void Lists_every_mutant_with_its_rule_and_line() => Assert.Equal(
        [
            "r: max → min   [line 5: max(a)]",
            "r: rule → removed   [line 4: r]",
            "A{severity=critical}: > → >=   [line 9: > 2]",
            "A{severity=critical}: > → <   [line 9: > 2]",
            "A{severity=critical}: 2 → 2.5   [line 9: > 2]",
            "A{severity=critical}: 2 → 1.6   [line 9: > 2]",
            "A{severity=critical}: for: 5m → 10m   [line 10: for: 5m]",
            "A{severity=critical}: for: 5m → 150s   [line 10: for: 5m]",
            "A{severity=critical}: for: 5m → 0s   [line 10: for: 5m]",
            "A{severity=critical}: severity: critical → warning   [line 11: severity: critical]",
            "A{severity=critical}: severity: critical → removed   [line 11: severity: critical]",
            "A{severity=critical}: rule → removed   [line 6: A]",
        ],
        RuleMutator.Mutants(Rules).Select(mutant => mutant.ToString()).OrderBy(line => line.StartsWith('A')));

    [Fact]
    public void Each_mutant_differs_from_the_file_and_from_the_others_and_the_file_stays_as_it_was()
    {
        string[] names = ["r", "A"];
        var original = Rules.Text(names);

        var texts = RuleMutator.Mutants(Rules).Select(mutant => Rules.Text(names, mutant.Number, mutant.Item)).ToArray();

        Assert.DoesNotContain(original, texts);
        Assert.Distinct(texts);
        Assert.Equal(original, Parsed().Text(names));
    }

    [Fact]
    public void What_reads_no_series_that_there_is_has_no_value() => Assert.Multiple(
        () => Assert.Equal(["r", "A"], Rules.Living(["r", "A"], ["a"])),
        () => Assert.Equal(["A"], Rules.Living(["r", "A"], ["r"])),
        () => Assert.Empty(Rules.Living(["r", "A"], ["other"])));

    [Fact]
    public void A_change_reaches_those_that_read_the_rule() => Assert.Equal(["r", "A"], Rules.ReachedFrom("r"));

    [Fact]
    public void A_rule_needs_those_that_it_reads() => Assert.Equal(["A", "r"], Rules.NeededBy(["A"]));

    [Theory]
    [InlineData("ratio_rate1h", "x:ratio_rate1h > 1", false)]
    [InlineData("x:ratio_rate1", "x:ratio_rate1h > 1", false)]
    [InlineData("x:ratio_rate1h", "x:ratio_rate1h > 1", true)]
    public void A_name_is_a_word_of_its_own(string name, string text, bool named) => Assert.Equal(named, RuleFile.IsNamedIn(name, text));

    private static RuleFile Parsed()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File));
        return new((YamlMappingNode)stream.Documents[0].RootNode);
    }
}
