using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Timing;
using DnsClient;
using DnsClient.Protocol;

namespace Cordum.NatsProber.Discovery;

/// <summary>
/// Asks a machine's DNS servers, each question in turn until one knows. Which servers, how often and what counts as an answer is decided here and not by
/// the DNS client, which would take "no such name" from one server for a reason to ask the next, and then tell of that one's silence.
/// </summary>
/// <param name="client">The DNS client: one packet out, one in, over TCP when it comes truncated.</param>
/// <param name="servers">The servers, at least one.</param>
/// <param name="patience">How long one server may take for one packet.</param>
internal sealed class Nameservers(LookupClient client, IReadOnlyList<IPEndPoint> servers, TimeSpan patience)
{
    /// <summary>How often each server is asked, as resolv.conf(5) has it: one lost datagram is no failure.</summary>
    private const int Rounds = 2;

    /// <summary>Most answers that a chain of aliases may take, where a server does not follow it by itself.</summary>
    private const int LongestChain = 8;

    /// <summary>What gets through in one piece on every path (DNS flag day 2020); what is longer comes by TCP.</summary>
    private const int LongestDatagram = 1232;

    private readonly DnsQueryOptions _usual = Options(LongestDatagram, patience);
    private readonly DnsQueryOptions _plain = Options(DnsQueryOptions.MinimumBufferSize, patience);

    /// <summary>The server that answered last: a dead one before it costs its silence once, not for each question.</summary>
    private int _answering;

    /// <summary>A client that keeps nothing, asks nobody by itself, and throws for no answer.</summary>
    public static LookupClient NewClient() => new(new LookupClientOptions { AutoResolveNameServers = false, UseCache = false });

    /// <summary>Whether they are these, in this order.</summary>
    /// <param name="others">The others.</param>
    public bool Are(IReadOnlyList<IPEndPoint> others) => servers.SequenceEqual(others);

    /// <summary>Asks for one name and type, and follows aliases.</summary>
    /// <param name="name">The name in full.</param>
    /// <param name="type">A, AAAA or SRV.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DiscoveryException">No server knew whether there are such records; what the last one said.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task<DnsAnswer> AskAsync(string name, QueryType type, CancellationToken stop)
    {
        var asked = name;
        var ttl = TimeSpan.MaxValue;
        for (var link = 0; link < LongestChain; link++)
        {
            var answer = await AskAllAsync(asked, type, stop).ConfigureAwait(false);
            ttl = Instant.Earlier(ttl, answer.Ttl);
            // Aliases and nothing at their end: nobody looked there yet, or there is nothing. Asking tells.
            if (answer is not { IsAliased: true, Exists: true, Records: [] })
                return answer with { Ttl = ttl, IsAliased = answer.IsAliased || link > 0 };
            if (!DomainName.IsLegal(answer.Name))
                throw new DiscoveryException(DiscoveryProblem.Malformed, $"{name}: it is an alias of what is no host name");
            asked = answer.Name;
        }

        throw new DiscoveryException(DiscoveryProblem.Malformed, $"{name}: its aliases do not end, the last asked was {asked}");
    }

    private async Task<DnsAnswer> AskAllAsync(string name, QueryType type, CancellationToken stop)
    {
        var first = _answering;
        for (var attempt = 1; ; attempt++)
        {
            var server = (first + attempt - 1) % servers.Count;
            try
            {
                var answer = await AskOneAsync(servers[server], name, type, stop).ConfigureAwait(false);
                _answering = server;
                return answer;
            }
            catch (DiscoveryException) when (attempt < Rounds * servers.Count)
            {
                // Another server, or the same one once more, may know.
            }
        }
    }

    private async Task<DnsAnswer> AskOneAsync(IPEndPoint server, string name, QueryType type, CancellationToken stop)
    {
        var question = new DnsQuestion(name, type);
        var asked = $"{name} {type} at {server}";
        var response = await SendAsync(server, question, _usual, asked, stop).ConfigureAwait(false);
        if (response.Header.ResponseCode is DnsHeaderResponseCode.FormatError or DnsHeaderResponseCode.NotImplemented)
            response = await SendAsync(server, question, _plain, asked, stop).ConfigureAwait(false); // it may not know EDNS (RFC 6891, 7)

        var code = response.Header.ResponseCode;
        if (code is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain)
        {
            return IsAnswerTo(response, question)
                ? DnsAnswer.Read(name, (ResourceRecordType)type, response.Answers, exists: code == DnsHeaderResponseCode.NoError)
                : throw new DiscoveryException(DiscoveryProblem.Malformed, $"{asked}: the answer is to another question");
        }

        throw code == DnsHeaderResponseCode.Refused
            ? new DiscoveryException(DiscoveryProblem.Refused, $"{asked}: the server refuses to say (REFUSED)")
            : new DiscoveryException(DiscoveryProblem.ServerFailure, $"{asked}: the server could not find out ({code})");
    }

    private async Task<IDnsQueryResponse> SendAsync(IPEndPoint server, DnsQuestion question, DnsQueryOptions options, string asked, CancellationToken stop, bool again = false)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await client.QueryServerAsync([new NameServer(server)], question, options, stop).ConfigureAwait(false);
        }
        catch (DnsResponseException e) when (!again && e.Code == DnsResponseCode.ConnectionTimeout && Stopwatch.GetElapsedTime(began) < patience / 2)
        {
            // The client calls it a timeout, too, when a TCP connection that it kept was closed by the server meanwhile, as servers do. It takes a new one then.
            return await SendAsync(server, question, options, asked, stop, again: true).ConfigureAwait(false);
        }
        catch (DnsResponseException e)
        {
            stop.ThrowIfCancellationRequested();
            if (e.GetBaseException() is SocketException refusal)
                throw new DiscoveryException(DiscoveryProblem.Unreachable, $"{asked}: {refusal.Message}");
            throw e.Code == DnsResponseCode.ConnectionTimeout
                ? new DiscoveryException(DiscoveryProblem.Timeout, $"{asked}: no answer within {patience.TotalSeconds:0.###} s")
                : Nonsense(asked, e);
        }
        catch (Exception e) when (e is DnsResponseParseException or DnsXidMismatchException or ArgumentException)
        {
            throw Nonsense(asked, e); // ArgumentException: a name that is none, from the client's own reader
        }
    }

    /// <summary>An answer repeats its question; one that does not is somebody else's, or forged (RFC 5452, 9.1).</summary>
    private static bool IsAnswerTo(IDnsQueryResponse response, DnsQuestion question) =>
        response.Questions is [var repeated]
        && repeated.QuestionType == question.QuestionType
        && DomainName.AreSame(repeated.QueryName.Original, question.QueryName.Original);

    /// <summary>Without the client's own words: they quote the packet.</summary>
    private static DiscoveryException Nonsense(string asked, Exception e) =>
        new(DiscoveryProblem.Malformed, $"{asked}: the answer makes no sense ({e.GetBaseException().GetType().Name})");

    private static DnsQueryOptions Options(int longestDatagram, TimeSpan patience) => new()
    {
        Timeout = patience,
        UseCache = false,
        Retries = 0,
        ContinueOnDnsError = false,
        ContinueOnEmptyResponse = false,
        ThrowDnsErrors = false,
        UseTcpFallback = true,
        ExtendedDnsBufferSize = longestDatagram,
    };
}
