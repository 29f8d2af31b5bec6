using System.Net.Sockets;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>What a broker said first, and on which connection.</summary>
/// <param name="Other">The second connection; null if it was the first on which it spoke.</param>
/// <param name="Info">What it says of itself.</param>
/// <param name="Line">All bytes read, for the client to read again.</param>
internal sealed record FirstWord(OtherConnection? Other, BrokerInfo Info, byte[] Line);

/// <summary>A second connection of one dial.</summary>
/// <param name="Socket">Its socket.</param>
/// <param name="Stream">Its stream, which owns the socket.</param>
/// <param name="At">When TCP had opened it, on the prober's clock.</param>
internal sealed record OtherConnection(Socket Socket, Stream Stream, TimeSpan At);

/// <summary>
/// Waits for a broker's INFO on a connection that TCP has opened, and, if that stays silent, on a second one as well. What was said on a connection while packets were lost
/// behind whoever took it (a proxy, a balancer, a network that forgot it) is lost for good: such a connection stays silent when all is well again, and would keep the
/// end of the outage from being seen until its time is up. A broker that merely hangs speaks on the first as soon as it wakes.
/// </summary>
/// <param name="another">Opens a second connection.</param>
/// <param name="mayAsk">Asked when it is time: whether there may be a second connection.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">The source of time.</param>
internal sealed class InfoRace(Func<CancellationToken, Task<Socket>> another, Func<bool> mayAsk, ProberClock clock, TimeProvider time)
{
    /// <summary>How long the first connection is waited for alone: half of what a dial may take.</summary>
    public static readonly TimeSpan Patience = PinnedConnector.DialTimeout / 2;

    /// <summary>Reads it.</summary>
    /// <param name="first">The first connection's stream. It stays the caller's.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="DialException">As <see cref="InfoLine.ReadAsync"/> of the first connection, where the second does not speak either.</exception>
    /// <exception cref="OperationCanceledException">Nobody spoke until <paramref name="stop"/>.</exception>
    public async Task<FirstWord> ReadAsync(Stream first, CancellationToken stop)
    {
        using var loser = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var spoken = FirstAsync(first, loser.Token);
        Task<FirstWord>? second = null;
        Task<FirstWord>? winner = null;
        try
        {
            if (!await IsEndedAsync(spoken, stop).ConfigureAwait(false) && mayAsk())
                second = SecondAsync(loser.Token);
            winner = second is null ? spoken : await WinnerAsync(spoken, second).ConfigureAwait(false);
            return await winner.ConfigureAwait(false);
        }
        finally
        {
            await loser.CancelAsync().ConfigureAwait(false);
            if (winner != spoken)
                _ = ForgetAsync(spoken);
            if (second is not null && winner != second)
                _ = ForgetAsync(second);
        }
    }

    /// <summary>Whoever speaks first; if nobody does, the first, whose end is the dial's.</summary>
    private static async Task<Task<FirstWord>> WinnerAsync(Task<FirstWord> first, Task<FirstWord> second)
    {
        var ended = await Task.WhenAny(first, second).ConfigureAwait(false);
        if (ended.IsCompletedSuccessfully)
            return ended;
        var other = ended == first ? second : first;
        await Task.WhenAny(other).ConfigureAwait(false);
        return other.IsCompletedSuccessfully ? other : first;
    }

    private async Task<bool> IsEndedAsync(Task task, CancellationToken stop)
    {
        try
        {
            await Task.WhenAny(task).WaitAsync(Patience, time, stop).ConfigureAwait(false);
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
        return new(null, info, line);
    }

    private async Task<FirstWord> SecondAsync(CancellationToken stop)
    {
        var socket = await another(stop).ConfigureAwait(false);
        var at = clock.Now;
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var (info, line) = await InfoLine.ReadAsync(stream, stop).ConfigureAwait(false);
            return new(new OtherConnection(socket, stream, at), info, line);
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
            if (await loser.ConfigureAwait(false) is { Other: { } other })
                await other.Stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (BrokerDial.IsTheirs(e) || e is ObjectDisposedException)
        {
            // Lost the race: nobody waits for its word.
        }
    }
}
