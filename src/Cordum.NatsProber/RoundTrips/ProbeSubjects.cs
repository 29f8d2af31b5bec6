using System.Security.Cryptography;
using System.Text;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// The subjects of one endpoint's round trips: <c>_cordum.probe.&lt;prober&gt;.&lt;run&gt;.&lt;cluster&gt;.&lt;endpoint&gt;.req</c> and <c>….rep.&lt;number&gt;</c>. An operator
/// who grants publish and subscribe on <c>_cordum.probe.&lt;prober&gt;.&gt;</c> has granted all that a prober needs.
/// </summary>
/// <param name="Prefix">The part that both share.</param>
public sealed record ProbeSubjects(string Prefix)
{
    /// <summary>
    /// Random per process: a prober that is restarted while its former self still runs, or two that were given the same name by mistake, never
    /// answer each other's requests.
    /// </summary>
    private static readonly string Run = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>What a user has to be granted, to publish and to subscribe.</summary>
    public string Grant => string.Join('.', Prefix.Split('.').Take(3)) + ".>";

    /// <summary>Where requests go; the responder's subscription.</summary>
    public string Request { get; } = $"{Prefix}.req";

    /// <summary>Where replies go; the link's subscription.</summary>
    public string AnyReply => $"{Prefix}.rep.*";

    /// <summary>The reply subject of one request.</summary>
    public string Reply(long number) => $"{Prefix}.rep.{number}";

    /// <summary>What the link says to itself, to learn whether the broker delivers at all; number 0 of <see cref="AnyReply"/>.</summary>
    public string Echo { get; } = $"{Prefix}.rep.{EchoNumber}";

    /// <summary>The number of an <see cref="Echo"/>; requests have numbers from 1.</summary>
    public const long EchoNumber = 0;

    /// <summary>Where replies to a route probe from here to <paramref name="to"/> go.</summary>
    public string AnyRouteReply(ProbeSubjects to) => $"{Prefix}.via.{to.Place}.*";

    /// <summary>The reply subject of one request of a route probe from here.</summary>
    public string RouteReply(ProbeSubjects to, long number) => $"{Prefix}.via.{to.Place}.{number}";

    /// <summary>Where all numbered messages to this endpoint go.</summary>
    public string AnyNumbered => $"{Prefix}.seq.*.*.*";

    /// <summary>The subject of one numbered message from another endpoint to this one.</summary>
    public string Numbered(ProbeSubjects from, long number) => $"{Prefix}.seq.{from.Place}.{number}";

    /// <summary>The two tokens that name cluster and endpoint.</summary>
    public string Place => string.Join('.', Prefix.Split('.')[^2..]);

    /// <summary>The place that a numbered message came from, as in <see cref="Place"/>.</summary>
    public static string PlaceOf(string numberedSubject) => string.Join('.', numberedSubject.Split('.')[^3..^1]);

    /// <summary>What the inboxes of the prober's clients begin with, so that they need no permission of their own.</summary>
    public static string InboxPrefix(string prober) => $"_cordum.probe.{Token(prober)}.{Run}.inbox";

    /// <summary>The number at the end of a subject; 0 if there is none.</summary>
    public static long NumberOf(string subject) =>
        long.TryParse(subject.AsSpan(subject.LastIndexOf('.') + 1), out var number) ? number : 0;

    /// <summary>The subjects of one endpoint, for this run of the prober.</summary>
    public static ProbeSubjects For(string prober, string cluster, string endpoint) =>
        new($"_cordum.probe.{Token(prober)}.{Run}.{UniqueToken(cluster)}.{UniqueToken(endpoint)}");

    /// <summary>A name as one token of a subject: what is not a letter, a digit, '-' or '_' becomes '_'.</summary>
    public static string Token(string name) =>
        string.Create(name.Length, name, static (token, source) =>
        {
            for (var i = 0; i < token.Length; i++)
                token[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '-' or '_' ? source[i] : '_';
        });

    /// <summary>As <see cref="Token"/>, but different for different names: <c>nats.0</c> must not answer for <c>nats_0</c>.</summary>
    private static string UniqueToken(string name)
    {
        var token = Token(name);
        return token == name ? token : $"{token}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}";
    }
}
