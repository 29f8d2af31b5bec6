using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Probes;

/// <summary>The names that become label values.</summary>
internal static partial class Names
{
    /// <summary>The <c>endpoint</c> label of the link that fails over within the cluster.</summary>
    public const string WholeCluster = "_cluster";

    /// <summary>The schema carries the same pattern.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$";

    public static string? Read(Section section, string key, string example)
    {
        if (!section.Has(key))
            section.Missing(key, $"write a name, such as {key}: {example}");
        if (section.Text(key) is not { } name)
            return null;
        if (name == WholeCluster)
            section.Error(section.Value(key)!, $"{section.Label(key)}: {WholeCluster} is reserved for the link that fails over", "write another name");
        else if (!Shape().IsMatch(name))
            section.Error(
                section.Value(key)!,
                $"{section.Label(key)}: {Section.Echo(name)} is not a name",
                "write 1 to 63 letters, digits, '_', '.' or '-', the first a letter or digit");
        else
            return name;
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
