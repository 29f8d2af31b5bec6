using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

public sealed class TcpDialTests
{
    private static readonly IPAddress One = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Two = IPAddress.Parse("127.0.0.2");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Shortly = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<Socket> DialAsync(IPAddress[] addresses, int port, TimeSpan patience, CancellationToken stop) =>
        TcpDial.ConnectAsync(addresses, port, patience, TimeProvider.System, stop);

    /// <summary>A socket that listens, and whose accept queue holds one connection.</summary>
    private static Socket Listen(IPAddress address, int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(0);
        return listener;
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>A socket that listens and is silent to whoever dials: its accept queue is full.</summary>
    private static async Task<(Socket Listener, Socket Blocker)> SilentAsync(IPAddress address, int port = 0)
    {
        var listener = Listen(address, port);
        var blocker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await blocker.ConnectAsync(listener.LocalEndPoint!, Stop);
        return (listener, blocker);
    }

    /// <summary>Attempts that wait for an answer.</summary>
    private static int Unanswered(IPAddress address, int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => connection.State == TcpState.SynSent && connection.RemoteEndPoint.Equals(new IPEndPoint(address, port)));

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        enough.CancelAfter(Patience);
        while (!condition())
            await Task.Delay(5, enough.Token);
    }

    [Fact]
    public async Task It_connects_without_delay_of_small_packets()
    {
        using var listener = Listen(One);
        using var socket = await DialAsync([One], PortOf(listener), Patience, Stop);

        Assert.True(socket.Connected);
        Assert.True(socket.NoDelay);
    }

    [Fact]
    public async Task A_refusal_is_passed_on_at_once()
    {
        int port;
        using (var listener = Listen(One))
            port = PortOf(listener);

        var refusal = await Assert.ThrowsAsync<SocketException>(() => DialAsync([One], port, Patience, Stop));

        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task Where_every_address_refuses_the_last_answer_is_passed_on()
    {
        int port;
        using (var listener = Listen(One))
            port = PortOf(listener);

        var refusal = await Assert.ThrowsAsync<SocketException>(() => DialAsync([One, Two], port, Patience, Stop));

        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task Where_one_address_refuses_the_next_is_tried_at_once()
    {
        using var listener = Listen(Two);
        using var socket = await DialAsync([One, Two], PortOf(listener), Patience, Stop);

        Assert.Equal(Two, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task A_name_without_address_is_a_failure_of_dns()
    {
        var failure = await Assert.ThrowsAsync<DialException>(() => DialAsync([], 4222, Patience, Stop));

        Assert.Equal(DisconnectCause.Dns, failure.Cause);
    }

    [Fact]
    public async Task Where_one_address_is_silent_the_next_is_tried_beside_it_and_the_first_is_given_up()
    {
        using var two = Listen(Two);
        var port = PortOf(two);
        var (one, blocker) = await SilentAsync(One, port);
        using var listening = one;
        using var blocking = blocker;

        using var socket = await DialAsync([One, Two], port, Shortly, Stop);

        Assert.Equal(Two, ((IPEndPoint)socket.RemoteEndPoint!).Address);
        await UntilAsync(() => Unanswered(One, port) == 0);
    }

    [Fact]
    public async Task A_silent_address_is_asked_again_beside_the_first_time_and_the_losers_are_closed()
    {
        var (listener, blocker) = await SilentAsync(One);
        using var listening = listener;
        var port = PortOf(listener);
        var dialling = DialAsync([One], port, Shortly, Stop);
        await UntilAsync(() => Unanswered(One, port) >= 2);
        Assert.False(dialling.IsCompleted);

        // The broker wakes: what waits in its queue goes through, as do those that ask again.
        blocker.Dispose();
        var accepted = new List<Socket> { await listener.AcceptAsync(Stop) };
        var accepting = AcceptAllAsync(listener, accepted);
        using var socket = await dialling;

        await UntilAsync(() => Unanswered(One, port) == 0);
        listener.Dispose();
        await accepting;
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var losers = accepted.Skip(1).Where(other => !local.Equals(other.RemoteEndPoint)).ToList();
        foreach (var loser in losers)
            await UntilAsync(() => loser.Poll(0, SelectMode.SelectRead)); // its end has been closed
        Assert.False(socket.Poll(0, SelectMode.SelectRead));
        accepted.ForEach(other => other.Dispose());
    }

    /// <summary>A name with an address of each family, of which one leads nowhere, must not cost the other its second attempt.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silent_address_is_asked_again_though_another_refuses(bool refusedFirst)
    {
        var (listener, blocker) = await SilentAsync(Two);
        using var listening = listener;
        using var blocking = blocker;
        var port = PortOf(listener);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var dialling = DialAsync(refusedFirst ? [One, Two] : [Two, One], port, Shortly, stop.Token);
        await UntilAsync(() => Unanswered(Two, port) >= 3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
    }

    [Fact]
    public async Task The_stop_ends_it_and_leaves_no_attempt_behind()
    {
        var (listener, blocker) = await SilentAsync(One);
        using var listening = listener;
        using var blocking = blocker;
        var port = PortOf(listener);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var dialling = DialAsync([One], port, Shortly, stop.Token);
        await UntilAsync(() => Unanswered(One, port) >= 2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling);
        await UntilAsync(() => Unanswered(One, port) == 0);
    }

    private static async Task AcceptAllAsync(Socket listener, List<Socket> accepted)
    {
        try
        {
            while (true)
                accepted.Add(await listener.AcceptAsync(Stop));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed: that is all.
        }
    }
}
