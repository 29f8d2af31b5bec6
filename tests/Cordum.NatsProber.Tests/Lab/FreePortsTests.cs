using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Tests.Lab;

public sealed class FreePortsTests
{
    [Fact]
    public void Ports_are_distinct_free_and_outside_the_range_that_outgoing_connections_use()
    {
        var ports = Enumerable.Range(0, 100).Select(_ => FreePorts.Take()).ToArray();

        Assert.Equal(100, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 20_000, 31_999));
        foreach (var port in ports)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }

        FreePorts.Release(ports);
    }
}
