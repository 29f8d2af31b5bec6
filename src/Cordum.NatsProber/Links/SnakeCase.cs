using System.Text;

namespace Cordum.NatsProber.Links;

/// <summary>The label values of an enum: its members in snake case. The only source of label values that come from events.</summary>
internal static class SnakeCase
{
    /// <summary>The label value of one member.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum
    {
        var name = member.ToString();
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
