using NATS.NKeys;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Finds seeds and JWTs in the text of the files that <c>nsc</c> and <c>nk</c> write: framed by <c>-----BEGIN …</c> lines with advice around them, or bare, with
/// a public key below, or with comments and blank lines that people add. What a line begins with tells what it is.
/// </summary>
internal static class CredsText
{
    /// <summary>The user's seed.</summary>
    /// <exception cref="NKeysException">There is none that can be used. The message has nothing of the text.</exception>
    public static string Seed(string text)
    {
        string? other = null;
        foreach (var line in Lines(text))
        {
            if (line is ['S', 'U', ..])
            {
                KeyPair.FromSeed(line).Dispose(); // for its complaint
                return line;
            }

            if (line is ['S', 'A' or 'O' or 'N' or 'C' or 'X', ..] && line.Length == SeedLength)
                other = line[..2];
        }

        throw new NKeysException(
            other is null
                ? "no line of it is a user's seed (SU…)"
                : $"it holds a seed that starts with {other}, which is no user's: a user's starts with SU");
    }

    /// <summary>The first line that has the form of a JWT; null if none has.</summary>
    public static string? Jwt(string text) =>
        Array.Find(Lines(text), line => line.StartsWith("eyJ", StringComparison.Ordinal) && line.Count(c => c == '.') == 2);

    private const int SeedLength = 58;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
