using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.Links;

/// <summary>Opens the TCP connection of a dial.</summary>
internal static class TcpDial
{
    /// <summary>
    /// Connects to the first of the addresses that answers. A lost SYN is repeated by the operating system only after 1 s, then 2 s; without
    /// further attempts beside the first, the end of a network outage would be seen that much too late.
    /// </summary>
    /// <param name="addresses">What the endpoint's name stands for; tried in order, the next one when one refuses or stays silent.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="patience">How long to wait for an answer before each further attempt, beside those under way.</param>
    /// <param name="time">The source of time.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="SocketException">Every address answered no; the last one's answer.</exception>
    /// <exception cref="OperationCanceledException">Nobody answered until <paramref name="stop"/>.</exception>
    public static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        if (addresses.Length == 0)
            throw new DialException(DisconnectCause.Dns, "the name has no address");

        using var losers = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var willing = new List<IPAddress>(addresses);
        var attempts = new Dictionary<Task<Socket>, IPAddress>();
        try
        {
            while (true)
            {
                // An address that has refused is not asked again; one that is silent is, in turn with the others.
                if (willing is [var next, ..])
                {
                    willing.RemoveAt(0);
                    willing.Add(next);
                    attempts.Add(ConnectOneAsync(next, port, losers.Token), next);
                }

                var answered = await FirstAnswerAsync(attempts.Keys, patience, time, stop).ConfigureAwait(false);
                if (answered is null)
                    continue; // silence: try once more beside those under way

                attempts.Remove(answered, out var address);
                willing.Remove(address!);
                try
                {
                    return await answered.ConfigureAwait(false);
                }
                catch (SocketException) when (willing.Count > 0 || attempts.Count > 0)
                {
                    // A refusal; another address may still answer.
                }
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (var attempt in attempts.Keys)
                _ = DisposeLoserAsync(attempt);
        }
    }

    private static async Task<Task<Socket>?> FirstAnswerAsync(IEnumerable<Task<Socket>> attempts, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        var any = Task.WhenAny(attempts);
        try
        {
            return await any.WaitAsync(patience, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<Socket> ConnectOneAsync(IPAddress address, int port, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), stop).ConfigureAwait(false);
            // On the same host a dial of a port that nobody listens on can be given that very port for its own end, and so reach itself (TCP's
            // simultaneous open). It would look like a silent peer, and keep the broker from its port.
            return Equals(socket.LocalEndPoint, socket.RemoteEndPoint) ? throw new SocketException((int)SocketError.ConnectionRefused) : socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task DisposeLoserAsync(Task<Socket> attempt)
    {
        try
        {
            (await attempt.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Lost the race, and its socket is closed already: nobody waits for its answer.
        }
    }
}
