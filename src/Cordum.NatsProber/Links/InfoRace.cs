using System.Net.Sockets;

namespace Cordum.NatsProber.Links;

/// <summary>What a broker said first, and on which connection.</summary>
/// <param name="Other">The second connection's socket; null if it was the first that spoke.</param>
/// <param name="Stream">The connection's.</param>
/// <param name="Info">What it says of itself.</param>
/// <param name="Line">All bytes read, for the client to read again.</param>
internal sealed record FirstWord(Socket? Other, Stream Stream, BrokerInfo Info, byte[] Line);

/// <summary>
/// Waits for a broker's INFO on a connection that TCP has opened, and, if that stays silent, on a second one as well. What was said on a connection while packets were lost
/// behind whoever took it (a proxy, a balancer, a network that forgot it) is lost for good: such a connection stays silent when all is well again, and would keep the
/// end of the outage from being seen until its time is up. A broker that merely hangs speaks on the first as soon as it wakes.
/// </summary>
internal static class InfoRace
{
    /// <summary>How long the first connection is waited for alone: half of what a dial may take, so that one that is new is always under way.</summary>
    public static readonly TimeSpan Patience = PinnedConnector.DialTimeout / 2;

    /// <summary>Reads it.</summary>
    /// <param name="first">The first connection's stream. It stays the caller's.</param>
    /// <param name="another">Opens a second connection.</param>
    /// <param name="patience">How long the first is waited for alone.</param>
    /// <param name="time">The source of time.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DialException">As <see cref="InfoLine.ReadAsync"/> of the first connection; what becomes of a second that does not speak is not told.</exception>
    /// <exception cref="OperationCanceledException">Nobody spoke until <paramref name="stop"/>.</exception>
    public static async Task<FirstWord> ReadAsync(Stream first, Func<CancellationToken, Task<Socket>> another, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        using var loser = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var spoken = FirstAsync(first, loser.Token);
        if (await IsEndedAsync(spoken, patience, time, stop).ConfigureAwait(false))
            return await spoken.ConfigureAwait(false);

        var second = SecondAsync(another, loser.Token);
        var isSecond = await Task.WhenAny(spoken, second).ConfigureAwait(false) == second && second.IsCompletedSuccessfully;
        try
        {
            return await (isSecond ? second : spoken).ConfigureAwait(false);
        }
        finally
        {
            await loser.CancelAsync().ConfigureAwait(false);
            _ = isSecond ? ForgetAsync(spoken) : ForgetAsync(second);
        }
    }

    private static async Task<bool> IsEndedAsync(Task task, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await Task.WhenAny(task).WaitAsync(patience, time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<FirstWord> FirstAsync(Stream stream, CancellationToken stop)
    {
        var (info, line) = await InfoLine.ReadAsync(stream, stop).ConfigureAwait(false);
        return new(null, stream, info, line);
    }

    private static async Task<FirstWord> SecondAsync(Func<CancellationToken, Task<Socket>> another, CancellationToken stop)
    {
        var socket = await another(stop).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var (info, line) = await InfoLine.ReadAsync(stream, stop).ConfigureAwait(false);
            return new(socket, stream, info, line);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task ForgetAsync(Task<FirstWord> loser)
    {
        try
        {
            // The first connection's stream is the caller's, who may have it still.
            if (await loser.ConfigureAwait(false) is { Other: not null } spoke)
                await spoke.Stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (BrokerDial.IsTheirs(e) || e is ObjectDisposedException)
        {
            // Lost the race: nobody waits for its word.
        }
    }
}
