namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>auth</c> and <c>tls</c>; relative paths start at the probe file's folder.</summary>
internal sealed class AccessReader(Section file, string folder)
{
    private const string OneWay = "keep one of user with passwordFile, tokenFile, nkeySeedFile, credsFile";

    private static readonly string[][] WaysToSignIn = [["user", "passwordFile"], ["tokenFile"], ["nkeySeedFile"], ["credsFile"]];

    public AuthSettings? Auth()
    {
        if (file.Child("auth") is not { } section)
            return null;

        var ways = WaysToSignIn.Where(way => way.Any(section.Has)).Select(way => way.First(section.Has)).ToList();
        if (ways.Count == 0)
            section.Error(section.At, "auth names no way to sign in", $"{OneWay}, or remove auth to connect anonymously");
        foreach (var extra in ways.Skip(1))
            section.Error(section.Key(extra), $"auth.{extra} is a second way to sign in", OneWay);
        if (section.Has("user") && !section.Has("passwordFile"))
            section.Error(section.Key("user"), "auth.user has no password", "add passwordFile");
        if (section.Has("passwordFile") && !section.Has("user"))
            section.Error(section.Key("passwordFile"), "auth.passwordFile has no user", "add user");

        return new()
        {
            User = section.Text("user"),
            PasswordFile = ReadableFile(section, "passwordFile"),
            TokenFile = ReadableFile(section, "tokenFile"),
            NkeySeedFile = ReadableFile(section, "nkeySeedFile"),
            CredsFile = ReadableFile(section, "credsFile"),
        };
    }

    public TlsSettings? Tls()
    {
        if (file.Child("tls") is not { } section)
            return null;

        foreach (var (one, other) in new[] { ("certFile", "keyFile"), ("keyFile", "certFile") })
        {
            if (section.Has(one) && !section.Has(other))
                section.Error(section.Key(one), $"tls.{one} is given without {other}", $"add {other}, or remove {one}");
        }

        return new()
        {
            CaFile = ReadableFile(section, "caFile"),
            CertFile = ReadableFile(section, "certFile"),
            KeyFile = ReadableFile(section, "keyFile"),
            ServerName = Addresses.HostName(section, "serverName"),
            HandshakeFirst = section.Flag("handshakeFirst") ?? false,
        };
    }

    /// <summary>The path is not repeated in a message: where a file is expected, people paste secrets.</summary>
    private string? ReadableFile(Section section, string key)
    {
        if (section.Text(key) is not { } path)
            return null;
        var full = path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, folder);
        if (FileTrouble.Find(full) is not { } trouble)
            return full;
        section.Error(
            section.Value(key)!,
            $"{section.Label(key)}: {trouble}",
            $"name a file that the prober can read and that holds it (a relative path starts at {folder})");
        return null;
    }
}
