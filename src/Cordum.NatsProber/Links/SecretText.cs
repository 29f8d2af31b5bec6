using System.Text;

namespace Cordum.NatsProber.Links;

/// <summary>Reads one secret from where the probe file says that it is kept. No message ever repeats anything of what is there.</summary>
/// <param name="What">What it is, for people: <c>password</c>, <c>token</c>.</param>
/// <param name="File">Absolute path of the file that holds it; null if <paramref name="Variable"/> does.</param>
/// <param name="Variable">Name of the environment variable that holds it; null if <paramref name="File"/> does.</param>
internal readonly record struct SecretText(string What, string? File, string? Variable)
{
    /// <summary>Far more than any credentials file has (a JWT with many permissions has some kilobytes), and no danger to memory.</summary>
    private const int MaxLength = 256 * 1024;

    /// <summary>Where it is kept, for messages.</summary>
    public string Place => File ?? $"the environment variable {Variable}";

    /// <summary>The secret, read now, without white space around it: editors and <c>echo</c> end a file with a line break.</summary>
    /// <exception cref="DialException">It cannot be read, or there is none.</exception>
    public string Read()
    {
        var text = (File is null ? FromVariable() : FromFile(File)).Trim();
        return text.Length > 0 ? text : throw Unusable("it is empty");
    }

    /// <summary>A secret of one line. Several are a comment, a second secret or another kind of file, which the broker would refuse without a hint.</summary>
    /// <exception cref="DialException">It cannot be read, there is none, or there are several lines.</exception>
    public string ReadLine() => Read() is var text && text.AsSpan().IndexOfAny('\r', '\n') < 0 ? text : throw Unusable("it has several lines, expected one");

    /// <summary>The failure to tell of when what was read makes no sense.</summary>
    public DialException Unusable(string reason) => new(DisconnectCause.Auth, $"the {What} in {Place} cannot be used: {reason}");

    private string FromVariable() =>
        Environment.GetEnvironmentVariable(Variable!) ?? throw Unusable("the variable is not set");

    private string FromFile(string file)
    {
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = new StringBuilder();
            Span<char> chunk = stackalloc char[1024];
            while (reader.Read(chunk) is > 0 and var read)
            {
                if (text.Append(chunk[..read]).Length > MaxLength)
                    throw Unusable($"it has more than {MaxLength} characters");
            }

            return text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e.Message);
        }
    }
}
