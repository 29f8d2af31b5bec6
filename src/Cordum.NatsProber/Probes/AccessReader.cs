namespace Cordum.NatsProber.Probes;

/// <summary>Reads <c>auth</c>, <c>systemAuth</c> and <c>tls</c>; relative paths start at the probe file's folder.</summary>
/// <param name="file">The top of the file.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="variable">The value of an environment variable, null when it is not set.</param>
internal sealed class AccessReader(Section file, string folder, Func<string, string?> variable)
{
    private const string OneWay =
        "keep one of user with passwordFile, tokenFile, nkeySeedFile, credsFile, or of those that end in Env instead of File";

    /// <summary>The last two of each say where its secret is.</summary>
    private static readonly string[][] WaysToSignIn =
        [["user", "passwordFile", "passwordEnv"], ["tokenFile", "tokenEnv"], ["nkeySeedFile", "nkeySeedEnv"], ["credsFile", "credsEnv"]];

    public AuthSettings? Auth() => SignIn("auth", "remove auth to connect anonymously");

    public AuthSettings? SystemAuth() => SignIn("systemAuth", "remove systemAuth to ask the brokers about themselves as an ordinary user");

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

    private AuthSettings? SignIn(string key, string orElse)
    {
        if (file.Child(key) is not { } section)
            return null;

        var ways = WaysToSignIn.Where(way => way.Any(section.Has)).ToList();
        if (ways.Count == 0)
            section.Error(section.At, $"{key} names no way to sign in", $"{OneWay}, or {orElse}");
        foreach (var extra in ways.Skip(1).Select(way => way.First(section.Has)))
            section.Error(section.Key(extra), $"{section.Label(extra)} is a second way to sign in", OneWay);
        foreach (var way in ways)
        {
            if (way[^2..] is [var one, var other] && section.Has(one) && section.Has(other))
                section.Error(section.Key(other), $"{section.Label(other)} is a second place of the same secret", $"keep {one} or {other}");
        }

        var password = WaysToSignIn[0][^2..].FirstOrDefault(section.Has);
        if (section.Has("user") && password is null)
            section.Error(section.Key("user"), $"{section.Label("user")} has no password", "add passwordFile or passwordEnv");
        if (password is not null && !section.Has("user"))
            section.Error(section.Key(password), $"{section.Label(password)} has no user", "add user");

        return new()
        {
            User = section.Text("user"),
            PasswordFile = ReadableFile(section, "passwordFile"),
            PasswordEnv = SetVariable(section, "passwordEnv"),
            TokenFile = ReadableFile(section, "tokenFile"),
            TokenEnv = SetVariable(section, "tokenEnv"),
            NkeySeedFile = ReadableFile(section, "nkeySeedFile"),
            NkeySeedEnv = SetVariable(section, "nkeySeedEnv"),
            CredsFile = ReadableFile(section, "credsFile"),
            CredsEnv = SetVariable(section, "credsEnv"),
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

    /// <summary>Nor is the name of a variable: a token may look just like one, and one that is not set most likely is a token.</summary>
    private string? SetVariable(Section section, string key)
    {
        if (section.Text(key) is not { } name)
            return null;
        var trouble = !Names.IsVariable(name) ? "that is not the name of an environment variable"
            : variable(name) is not { } value ? "the environment variable that is named here is not set"
            : string.IsNullOrWhiteSpace(value) ? "the environment variable that is named here is empty"
            : null;
        if (trouble is null)
            return name;
        section.Error(
            section.Value(key)!,
            $"{section.Label(key)}: {trouble}",
            "write the name (letters, digits and '_', the first no digit) of a variable that the prober's environment holds, never the secret itself");
        return null;
    }
}
