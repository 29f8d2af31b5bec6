using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Tests.Lab;

public sealed class BrokerConfigTests
{
    private static readonly LabBrokerPlan[] Three =
    [
        new("n1", 14221, 18221, 16221, "/lab/n1"),
        new("n2", 14222, 18222, 16222, "/lab/n2"),
        new("n3", 14223, 18223, 16223, "/lab/n3"),
    ];

    [Fact]
    public void A_clustered_broker_listens_on_loopback_only_and_routes_to_the_others_but_not_to_itself() =>
        Assert.Equal(
            """
            server_name: "n2"
            listen: "127.0.0.1:14222"
            http: "127.0.0.1:18222"

            # A broker writes this file when all its listeners are open: that is how the lab knows that it is ready.
            ports_file_dir: "/lab/n2"

            # 30s is the least that nats-server accepts. Few clients are closed much sooner: one each second at most, after the grace period.
            lame_duck_duration: "30s"
            lame_duck_grace_period: "1s"

            cluster {
              name: "blue"
              listen: "127.0.0.1:16222"
              routes: ["nats://127.0.0.1:16221", "nats://127.0.0.1:16223"]
            }

            """,
            BrokerConfig.Text(new LabOptions { ClusterName = "blue" }, Three[1], Three));

    [Fact]
    public void A_standalone_broker_has_no_cluster_block() =>
        Assert.DoesNotContain("cluster", BrokerConfig.Text(new LabOptions { Cluster = false }, Three[0], Three), StringComparison.Ordinal);

    [Fact]
    public void JetStream_is_off_unless_asked_for_and_keeps_its_store_in_the_brokers_own_folder()
    {
        Assert.DoesNotContain("jetstream", BrokerConfig.Text(new LabOptions(), Three[0], Three), StringComparison.Ordinal);
        Assert.Contains(
            "\njetstream { store_dir: \"/lab/n3/jetstream\" }\n",
            BrokerConfig.Text(new LabOptions { JetStream = true }, Three[2], Three),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Extra_configuration_comes_last_so_that_it_overrides_and_a_brokers_own_comes_after_everybodys()
    {
        var options = new LabOptions { ExtraConfig = "ping_interval: 1s", BrokerConfig = broker => $"max_connections: {broker.ClientPort}" };

        Assert.EndsWith("\nping_interval: 1s\n\nmax_connections: 14221\n", BrokerConfig.Text(options, Three[0], Three), StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_and_backslashes_in_a_path_cannot_end_the_string() =>
        Assert.Contains(
            """ports_file_dir: "/a\"b\\c" """.TrimEnd(),
            BrokerConfig.Text(new LabOptions(), Three[0] with { Folder = """/a"b\c""" }, Three),
            StringComparison.Ordinal);
}
