using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Tests.Lab;

public sealed class LabBrokerTests
{
    [Fact]
    public async Task A_signal_to_a_broker_that_is_not_running_is_told_as_the_labs_own_trouble()
    {
        await using var broker = new LabBroker("/nowhere/nats-server", new LabBrokerPlan("n3", 1, 2, 3, "/nowhere"), "/nowhere");

        foreach (var signal in (Func<long>[])[broker.Kill, broker.Terminate, broker.Suspend, broker.Resume, broker.EnterLameDuck, broker.Reload])
            Assert.StartsWith("n3 is not running", Assert.Throws<LabException>(() => signal()).Message, StringComparison.Ordinal);
    }
}
