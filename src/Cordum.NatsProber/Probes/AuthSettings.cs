namespace Cordum.NatsProber.Probes;

/// <summary>
/// How the prober signs in: exactly one of user with password, token, nkey or credentials file. Holds absolute paths of secret
/// files, never a secret itself; every file was readable and not empty when the probe file was read.
/// </summary>
public sealed record AuthSettings
{
    /// <summary>User name; set together with <see cref="PasswordFile"/>.</summary>
    public string? User { get; init; }

    /// <summary>File that holds the password of <see cref="User"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>File that holds a token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>File that holds an nkey seed (<c>SU…</c>).</summary>
    public string? NkeySeedFile { get; init; }

    /// <summary>Credentials file of a user in operator mode: a JWT and a seed.</summary>
    public string? CredsFile { get; init; }
}
