using Cordum.NatsProber.Probes;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>Reads an endpoint's credentials from their files, afresh for each dial, so that a rotated secret needs no restart.</summary>
internal static class Credentials
{
    /// <summary>What to give the broker.</summary>
    /// <param name="auth">The probe file's <c>auth</c> section; null for none.</param>
    /// <exception cref="DialException">A file cannot be read. The message names it and never shows what is in it.</exception>
    public static NatsAuthOpts Read(AuthSettings? auth)
    {
        switch (auth)
        {
            case { PasswordFile: { } password }:
                return new NatsAuthOpts { Username = auth.User, Password = Secret(password) };
            case { TokenFile: { } token }:
                return new NatsAuthOpts { Token = Secret(token) };
            case { NkeySeedFile: { } seedFile }:
                var seed = Secret(seedFile);
                return new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(seed)) };
            case { CredsFile: { } creds }:
                return new NatsAuthOpts { Creds = Secret(creds) };
            default:
                return new NatsAuthOpts();
        }
    }

    private static string Secret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DialException(DisconnectCause.Auth, $"the credentials in {file} cannot be read: {e.Message}");
        }
    }
}
