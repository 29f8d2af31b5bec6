using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Resolves names without the thread pool. The operating system's resolver holds its thread for as long as a dead DNS server makes it wait, whatever
/// token it is given; on the pool's threads it would hold up the probes of every other endpoint.
/// </summary>
internal static class Resolver
{
    /// <summary>Names that are being asked for. Who wants one of them waits for the same answer, so that there is one thread a name at most.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> UnderWay = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of a host; an address stands for itself.</summary>
    /// <exception cref="DialException">There are none.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            return await UnderWay.GetOrAdd(host, Ask).Value.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new DialException(DisconnectCause.Dns, $"{host}: {e.Message}");
        }
    }

    private static Lazy<Task<IPAddress[]>> Ask(string host) => new(() => Task.Factory.StartNew(
        () =>
        {
            try
            {
                return Dns.GetHostAddresses(host);
            }
            finally
            {
                UnderWay.TryRemove(host, out _);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default));
}
