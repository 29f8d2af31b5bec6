namespace Cordum.NatsProber.Probes;

/// <summary>Why a file cannot be read, in words that name no path: what stands where a path belongs may be a secret.</summary>
internal static class FileTrouble
{
    private const int EnoughToSee = 4096;

    public static string Describe(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied",
        ArgumentException or NotSupportedException or PathTooLongException => "that is no file path",
        _ => "it cannot be opened",
    };

    /// <returns>Null when the file can be read and holds more than white space.</returns>
    public static string? Find(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[EnoughToSee];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            var blank = start.Length < EnoughToSee && start.TrimStart(" \t\r\n"u8).IsEmpty;
            start.Clear();
            return blank ? "it is empty" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Describe(path, e);
        }
    }
}
