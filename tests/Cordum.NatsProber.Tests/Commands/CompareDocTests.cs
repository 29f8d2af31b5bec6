using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Commands;

/// <summary>docs/compare.md against the types: whoever writes a script by the page must not be let down.</summary>
public sealed partial class CompareDocTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "compare.md"));

    private static readonly string Example = ExampleBlock().Match(Page).Groups[1].Value;

    [Fact]
    public void The_example_is_a_report_and_has_every_field_of_the_types_and_no_other()
    {
        var report = JsonSerializer.Deserialize(Example, ViewReportJson.Default.ViewReport)!;

        // Written again it has exactly the types' fields: what the example lacks, or has besides, shows.
        Assert.Equal(Fields(JsonNode.Parse(JsonSerializer.Serialize(report, ViewReportJson.Default.ViewReport))), Fields(JsonNode.Parse(Example)));
        Assert.All(Types(typeof(ViewReport)), type => Assert.True(Holds(report, type), $"the example has no {type.Name}"));
    }

    [Fact]
    public void Every_field_is_explained()
    {
        var names = Types(typeof(ViewReport)).SelectMany(type => type.GetProperties()).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Distinct();

        Assert.All(names, name => Assert.Matches($@"(?m)^\|[^|]*`{name}`[^|]*\|", Page));
    }

    private static IEnumerable<string> Fields(JsonNode? node, string path = "") => node switch
    {
        JsonObject members => members.SelectMany(member => Fields(member.Value, $"{path}.{member.Key}").Prepend($"{path}.{member.Key}")).Order(StringComparer.Ordinal),
        JsonArray entries => entries.SelectMany((entry, index) => Fields(entry, $"{path}[{index}]")),
        _ => [],
    };

    private static HashSet<Type> Types(Type root)
    {
        var found = new HashSet<Type>();
        Add(root);
        return found;

        void Add(Type type)
        {
            var one = type.IsGenericType ? type.GetGenericArguments()[0] : type;
            if (one.Namespace == typeof(ViewReport).Namespace && one.IsClass && found.Add(one))
            {
                foreach (var property in one.GetProperties())
                    Add(property.PropertyType);
            }
        }
    }

    private static bool Holds(object? value, Type type) => value is not null && (value.GetType() == type || value switch
    {
        string => false,
        IEnumerable entries => entries.Cast<object?>().Any(entry => Holds(entry, type)),
        _ when value.GetType().Namespace == typeof(ViewReport).Namespace && value.GetType().IsClass => value.GetType().GetProperties().Any(property => Holds(property.GetValue(value), type)),
        _ => false,
    });

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    [GeneratedRegex(@"```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleBlock();
}
