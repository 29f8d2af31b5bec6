using System.Globalization;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>The credentials of one dial: what was read, what may be said of it, and what a broker's refusal of it means.</summary>
/// <remarks>No record, on purpose: a record's <c>ToString</c> would print the secret.</remarks>
/// <param name="options">What to give the client. Holds secrets.</param>
/// <param name="words">What they are, for people: names, public keys and places, never a secret.</param>
/// <param name="expires">When they expire; null for never, or not known.</param>
internal sealed class PresentedCredentials(NatsAuthOpts options, string words, DateTimeOffset? expires = null)
{
    /// <summary>What to give the client. Holds secrets.</summary>
    public NatsAuthOpts Options => options;

    /// <summary>When they expire; null for never, or not known.</summary>
    public DateTimeOffset? Expires => expires;

    /// <summary>What they are, for people: names, public keys and places, never a secret.</summary>
    public override string ToString() => words;

    /// <summary>
    /// What it means that the broker hung up on these credentials with an error: a broker says only that it refuses, on purpose, so the log says what it refused.
    /// </summary>
    /// <param name="cause">The cause that the error stands for.</param>
    /// <param name="error">The broker's words.</param>
    /// <param name="now">The wall time.</param>
    public (DisconnectCause Cause, string Detail) Refused(DisconnectCause cause, string error, DateTimeOffset now)
    {
        var refined = DialFailure.Refine(cause, expires, now);
        return refined switch
        {
            DisconnectCause.AuthExpired when expires is { } then =>
                (refined, $"the broker said: {error}, to {words}, valid until {then.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"),
            DisconnectCause.Auth or DisconnectCause.AuthExpired => (refined, $"the broker said: {error}, to {words}"),
            _ => (refined, $"the broker said: {error}"),
        };
    }
}
