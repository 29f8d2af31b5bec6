using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Probes;

/// <summary>The names that become label values.</summary>
internal static partial class Names
{
    /// <summary>The <c>endpoint</c> label of the link that fails over within the cluster.</summary>
    public const string WholeCluster = "_cluster";

    /// <summary>The schema carries the same pattern.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$";

    /// <summary>Names of environment variables; the schema carries the same pattern.</summary>
    public const string VariablePattern = "^[A-Za-z_][A-Za-z0-9_]*$";

    private const string Remedy = "write 1 to 63 letters, digits, '_', '.' or '-', the first a letter or digit";

    public static string? Read(Section section, string key, string example)
    {
        if (!section.Has(key))
            section.Missing(key, $"write a name, such as {key}: {example}");
        if (section.Text(key) is not { } name)
            return null;
        if (name == WholeCluster)
            section.Error(section.Value(key)!, $"{section.Label(key)}: {WholeCluster} is reserved for the link that fails over", "write another name");
        else if (!Shape().IsMatch(name))
            section.Error(section.Value(key)!, $"{section.Label(key)}: {Section.Echo(name)} is not a name", Remedy);
        else
            return name;
        return null;
    }

    /// <returns>The distinct names of a list, each with its place; what is wrong with the others is reported.</returns>
    public static IReadOnlyList<ScalarNode> ReadList(Section section, string key, string example)
    {
        var names = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        foreach (var name in section.Texts(key, example))
        {
            if (!Shape().IsMatch(name.Text))
                section.Error(name, $"{section.Label(key)}: {Section.Echo(name.Text)} is not a name", Remedy);
            else if (!names.TryAdd(name.Text, name))
                section.Error(name, $"{section.Label(key)}: {name.Text} is named twice, first in line {names[name.Text].Line}", "remove one");
        }

        return [.. names.Values];
    }

    /// <summary>Whether a name may be a cluster's or an endpoint's.</summary>
    public static bool IsLabel(string name) => Shape().IsMatch(name);

    public static bool IsVariable(string name) => VariableShape().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableShape();
}
