namespace Cordum.NatsProber.Probes;

/// <summary>
/// How the prober signs in, or its user of the system account: exactly one of user with password, token, nkey or credentials, and each secret from exactly one place. Holds absolute
/// paths of secret files and names of environment variables, never a secret itself; every file was readable, and every file and variable not empty,
/// when the probe file was read.
/// </summary>
public sealed record AuthSettings
{
    /// <summary>User name; set together with <see cref="PasswordFile"/> or <see cref="PasswordEnv"/>.</summary>
    public string? User { get; init; }

    /// <summary>File that holds the password of <see cref="User"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>File that holds a token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>File that holds an nkey seed (<c>SU…</c>).</summary>
    public string? NkeySeedFile { get; init; }

    /// <summary>Credentials file of a user in operator mode: a JWT and a seed.</summary>
    public string? CredsFile { get; init; }

    /// <summary>Environment variable that holds the password of <see cref="User"/>.</summary>
    public string? PasswordEnv { get; init; }

    /// <summary>Environment variable that holds a token.</summary>
    public string? TokenEnv { get; init; }

    /// <summary>Environment variable that holds an nkey seed.</summary>
    public string? NkeySeedEnv { get; init; }

    /// <summary>Environment variable that holds what a credentials file would.</summary>
    public string? CredsEnv { get; init; }
}
