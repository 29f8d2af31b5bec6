using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Who answers the requests of a link: the responder on its own broker, or any of a cluster's.</summary>
internal interface IAnswerers
{
    /// <summary>Somebody is ready to answer what is asked on <paramref name="session"/>: there is nothing to wait for.</summary>
    bool IsReady(LinkSession session);

    /// <summary>Completes when somebody is ready to answer what is asked on <paramref name="session"/>.</summary>
    Task WhenReadyAsync(LinkSession session, CancellationToken stop);

    /// <summary>Requests go unanswered though the broker lives: perhaps a responder's connection died unseen.</summary>
    void Renew();

    /// <summary>A broker's words when it denied a responder a subject; null if none has.</summary>
    string? Denial { get; }

    /// <summary>Why nobody answers, for people; null while somebody does, and before it was tried.</summary>
    string? Problem { get; }

    /// <summary>
    /// Who answers is only just being made, or the news of it may still be on its way between the brokers: that a broker knows of nobody then says nothing of
    /// the broker.
    /// </summary>
    /// <param name="sent">When the broker was asked.</param>
    bool WasSettling(TimeSpan sent);

    /// <summary>
    /// Somebody was there to answer what is asked on <paramref name="session"/>, and all brokers had heard of it: before that nobody can answer, and that says nothing of
    /// the broker. A responder that is made anew because requests went unanswered does not make it untrue.
    /// </summary>
    /// <param name="session">The session that the request went over.</param>
    /// <param name="sent">When.</param>
    bool HasServed(LinkSession session, TimeSpan sent);

    /// <summary>Whether an answer that was given on this broker process may be one to a request on that session.</summary>
    bool MayAnswer(LinkSession session, string serverId);
}
