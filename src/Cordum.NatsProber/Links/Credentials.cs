using Cordum.NatsProber.Probes;
using NATS.Client.Core;
using NATS.NKeys;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Reads an endpoint's credentials from their files or environment variables, afresh for each dial, so that a rotated secret needs no restart.
/// </summary>
internal static class Credentials
{
    /// <summary>What to give the broker, with what may be said of it.</summary>
    /// <param name="auth">The probe file's <c>auth</c> section; null for none.</param>
    /// <exception cref="DialException">
    /// A secret cannot be read or makes no sense. The message names its file or variable and never shows what is in it.
    /// </exception>
    public static PresentedCredentials Present(AuthSettings? auth) => auth switch
    {
        { PasswordFile: not null } or { PasswordEnv: not null } => Password(auth.User, new SecretText("password", auth.PasswordFile, auth.PasswordEnv)),
        { TokenFile: not null } or { TokenEnv: not null } => Token(new SecretText("token", auth.TokenFile, auth.TokenEnv)),
        { NkeySeedFile: not null } or { NkeySeedEnv: not null } => Nkey(new SecretText("nkey seed", auth.NkeySeedFile, auth.NkeySeedEnv)),
        { CredsFile: not null } or { CredsEnv: not null } => Creds(new SecretText("credentials", auth.CredsFile, auth.CredsEnv)),
        _ => new PresentedCredentials(new NatsAuthOpts(), "no credentials (the probe file has no auth)"),
    };

    /// <summary>When the credentials that a dial would now use expire. Only those of operator mode (a JWT) can.</summary>
    /// <param name="auth">The probe file's <c>auth</c> section; null for none.</param>
    /// <returns>Null for never, and for credentials that cannot be read: the next dial tells of those.</returns>
    public static DateTimeOffset? Expiry(AuthSettings? auth)
    {
        if (auth is not ({ CredsFile: not null } or { CredsEnv: not null }))
            return null;
        try
        {
            return Present(auth).Expires;
        }
        catch (DialException)
        {
            return null;
        }
    }

    private static PresentedCredentials Password(string? user, SecretText secret) =>
        new(new NatsAuthOpts { Username = user, Password = secret.ReadLine() }, $"user {user} with the password in {secret.Place}");

    private static PresentedCredentials Token(SecretText secret) => new(new NatsAuthOpts { Token = secret.ReadLine() }, $"the token in {secret.Place}");

    private static PresentedCredentials Nkey(SecretText secret)
    {
        var (seed, key) = Seed(secret, secret.Read());
        return new(new NatsAuthOpts { NKey = key, Seed = seed }, $"nkey {key}, whose seed is in {secret.Place}");
    }

    private static PresentedCredentials Creds(SecretText secret)
    {
        var text = secret.Read();
        var jwt = CredsText.Jwt(text);
        if (JwtClaims.TryParse(jwt) is not { } claims)
            throw secret.Unusable("no line of it is a user's JWT (eyJ…)");
        var (seed, key) = Seed(secret, text);
        var words = $"user {claims.User} of account {claims.Account}, whose credentials are in {secret.Place}";
        if (key != claims.User)
            words += $" with the seed of another user, {key}";
        return new(new NatsAuthOpts { Jwt = jwt, Seed = seed }, words, claims.Expires);
    }

    private static (string Seed, string PublicKey) Seed(SecretText secret, string text)
    {
        try
        {
            var seed = CredsText.Seed(text);
            using var pair = KeyPair.FromSeed(seed);
            return (seed, pair.GetPublicKey());
        }
        catch (NKeysException e)
        {
            throw secret.Unusable(e.Message);
        }
    }
}
