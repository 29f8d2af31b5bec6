using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Lab;

public sealed class LabClusterTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task Three_brokers_start_and_the_process_ids_are_nats_servers_own(string natsServer, string version)
    {
        await using var lab = await StartAsync(natsServer);

        Assert.Equal(["n1", "n2", "n3"], lab.Brokers.Select(broker => broker.Name));
        foreach (var broker in lab.Brokers)
        {
            Assert.Equal(Path.GetFullPath(natsServer), Processes.Executable(broker.ProcessId));
            using var client = await NatsSocket.ConnectAsync(broker.ClientPort);
            Assert.Contains($"\"server_name\":\"{broker.Name}\"", client.Info, StringComparison.Ordinal);
            Assert.Contains($"\"version\":\"{version}\"", client.Info, StringComparison.Ordinal);
            Assert.Contains("\"cluster\":\"local\"", client.Info, StringComparison.Ordinal);
            var routes = await Routes.AskAsync(broker, Cancellation);
            Assert.Equal(2, routes!.RemoteIds.Count);
            Assert.Contains(broker.RecentLog(), line => line.Contains("Server is ready", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_killed_broker_is_gone_leaves_no_zombie_and_comes_back_on_its_ports(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer);
        var broker = lab.Brokers[1];
        var (ports, before) = ((broker.ClientPort, broker.MonitorPort, broker.RoutePort), broker.ProcessId);
        using var client = await NatsSocket.ConnectAsync(broker.ClientPort);

        var earliest = Stopwatch.GetTimestamp();
        var killed = broker.Kill();
        await client.EndAsync();
        Assert.InRange(killed, earliest, Stopwatch.GetTimestamp());
        Assert.Equal(128 + 9, await broker.ExitedAsync(Cancellation));
        Assert.False(broker.IsRunning);
        Assert.False(Processes.Exists(before));
        Assert.Contains("n2 is not running", Assert.Throws<LabException>(() => broker.Kill()).Message, StringComparison.Ordinal);

        await broker.StartAsync(Cancellation);
        await lab.RoutesFormedAsync(Cancellation);
        Assert.Equal(ports, (broker.ClientPort, broker.MonitorPort, broker.RoutePort));
        Assert.NotEqual(before, broker.ProcessId);
        using var again = await NatsSocket.ConnectAsync(broker.ClientPort);
        Assert.Contains("\"server_name\":\"n2\"", again.Info, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_broker_that_is_asked_to_end_exits_by_itself(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer, new LabOptions { Brokers = 2 });

        lab.Brokers[0].Terminate();
        lab.Brokers[1].Interrupt();

        // nats-server 2.9 exits with 1 on SIGTERM, later ones with 0.
        Assert.InRange(await lab.Brokers[0].ExitedAsync(Cancellation).WaitAsync(Soon, Cancellation), 0, 1);
        Assert.Equal(0, await lab.Brokers[1].ExitedAsync(Cancellation).WaitAsync(Soon, Cancellation));
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_suspended_broker_accepts_connections_and_says_nothing_until_resumed(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer);
        var broker = lab.Brokers[0];

        broker.Suspend();
        await Until.TrueAsync(() => Processes.State(broker.ProcessId) == 'T', Soon, "the broker is stopped");
        Assert.True(broker.IsRunning);
        var connecting = NatsSocket.ConnectAsync(broker.ClientPort);
        using (var dial = new TcpClient())
        {
            await dial.ConnectAsync(IPAddress.Loopback, broker.ClientPort, Cancellation);
            Assert.False(dial.Client.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead), "a suspended broker spoke");
        }

        Assert.False(connecting.IsCompleted);
        broker.Resume();
        using var client = await connecting.WaitAsync(Soon, Cancellation);
        await client.PingAsync();
        await lab.RoutesFormedAsync(Cancellation);
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_lame_duck_tells_its_clients_closes_them_after_its_grace_and_exits(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer);
        var broker = lab.Brokers[2];
        using var client = await NatsSocket.ConnectAsync(broker.ClientPort);

        var started = broker.EnterLameDuck();
        Assert.Contains("\"ldm\":true", await LameDuckInfoAsync(client), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 0.9);
        Assert.True(broker.IsRunning);
        await Until.TrueAsync(() => !Accepts(broker.ClientPort), Soon, "no more clients are accepted");
        await client.EndAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 1, 5);
        Assert.Equal(0, await broker.ExitedAsync(Cancellation).WaitAsync(Soon, Cancellation));
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_broker_reads_its_configuration_again_when_told_to(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer, new LabOptions { Brokers = 1, Cluster = false });
        var broker = lab.Brokers[0];
        Assert.Contains("\"max_payload\":1048576", (await NatsSocket.ConnectAsync(broker.ClientPort)).Info, StringComparison.Ordinal);

        await File.AppendAllTextAsync(broker.ConfigFile, "max_payload: 4096\n", Cancellation);
        broker.Reload();

        await Until.TrueAsync(
            () => broker.RecentLog().Any(line => line.Contains("Reloaded server configuration", StringComparison.Ordinal)), Soon, "the reload is logged");
        Assert.Contains("\"max_payload\":4096", (await NatsSocket.ConnectAsync(broker.ClientPort)).Info, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_broker_restarts_ten_times_in_a_row_on_its_ports_with_a_client_redialling_all_the_time(string natsServer, string version)
    {
        _ = version;
        await using var lab = await StartAsync(natsServer);
        var broker = lab.Brokers[0];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var redialling = Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    Accepts(broker.ClientPort);
                    await Task.Yield();
                }
            },
            Cancellation);

        var processes = new HashSet<int> { broker.ProcessId };
        for (var i = 0; i < 10; i++)
        {
            broker.Kill();
            await broker.ExitedAsync(Cancellation);
            await broker.StartAsync(Cancellation);
            Assert.True(processes.Add(broker.ProcessId));
        }

        await lab.RoutesFormedAsync(Cancellation);
        await end.CancelAsync();
        await redialling;
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task Dispose_ends_brokers_in_any_state_and_leaves_no_process_and_no_file(string natsServer, string version)
    {
        _ = version;
        var lab = await StartAsync(natsServer, new LabOptions { Brokers = 4, JetStream = true });
        var processes = lab.Brokers.Select(broker => broker.ProcessId).ToArray();
        lab.Brokers[0].Suspend();
        lab.Brokers[1].EnterLameDuck();
        lab.Brokers[2].Kill();
        Assert.NotEmpty(Processes.Mentioning(lab.Folder));

        var started = Stopwatch.GetTimestamp();
        await lab.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 4);
        Assert.All(processes, process => Assert.False(Processes.Exists(process)));
        Assert.False(Directory.Exists(lab.Folder));
        await Until.TrueAsync(() => Processes.Mentioning(lab.Folder) is [], Soon, "the brokers' guards have gone");
        await lab.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task When_the_lab_dies_without_a_word_its_brokers_end_even_suspended_ones_and_its_files_go(string natsServer, string version)
    {
        _ = version;
        var folder = Directory.CreateTempSubdirectory("natsprober-lab-").FullName;
        var ports = new[] { FreePorts.Take(), FreePorts.Take(), FreePorts.Take() };
        var plan = new LabBrokerPlan("n1", ports[0], ports[1], ports[2], Directory.CreateDirectory(Path.Combine(folder, "n1")).FullName);
        await File.WriteAllTextAsync(plan.ConfigFile, BrokerConfig.Text(new LabOptions(), plan, [plan]), Cancellation);
        using var broker = Process.Start(BrokerProcess.StartInfo(natsServer, plan, folder))!;
        await Until.TrueAsync(() => Accepts(plan.ClientPort), Soon, "the broker accepts clients");
        UnixSignal.TrySend(broker.Id, BrokerSignal.Stop, out _);

        // What the system does when the process that holds the pipe is gone.
        broker.StandardInput.Close();

        await broker.WaitForExitAsync(Cancellation).WaitAsync(Soon, Cancellation);
        Assert.Equal(128 + 9, broker.ExitCode);
        await Until.TrueAsync(() => !Directory.Exists(folder) && Processes.Mentioning(folder) is [], Soon, "files and guard are gone");
        FreePorts.Release(ports);
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_port_in_use_is_named_with_the_option_to_change_and_nothing_is_left_running(string natsServer, string version)
    {
        _ = version;
        foreach (var option in new[] { "--client-port", "--monitor-port", "--route-port" })
        {
            var port = FreePorts.Take();
            using var other = new TcpListener(IPAddress.Loopback, port);
            other.Start();
            string? folder = null;
            var options = new LabOptions
            {
                Brokers = 1,
                FirstClientPort = option == "--client-port" ? port : null,
                FirstMonitorPort = option == "--monitor-port" ? port : null,
                FirstRoutePort = option == "--route-port" ? port : null,
                BrokerConfig = broker =>
                {
                    folder = Path.GetDirectoryName(broker.Folder);
                    return null;
                },
            };

            var e = await Assert.ThrowsAsync<LabException>(() => StartAsync(natsServer, options));

            Assert.Equal($"n1: port {port} is in use by another process. End that process, or choose other ports ({option}).", e.Message);
            Assert.False(Directory.Exists(folder));
            await Until.TrueAsync(() => Processes.Mentioning(folder!) is [], Soon, "nothing is left running");
            FreePorts.Release([port]);
        }
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task Another_labs_brokers_on_the_same_ports_are_not_taken_for_ones_own(string natsServer, string version)
    {
        _ = version;
        await using var first = await StartAsync(natsServer);
        var broker = first.Brokers[0];

        var e = await Assert.ThrowsAsync<LabException>(() => StartAsync(natsServer, new LabOptions { FirstClientPort = broker.ClientPort }));

        Assert.Equal(broker.ClientPort, e.PortInUse);
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task A_broker_that_cannot_start_shows_the_end_of_its_log(string natsServer, string version)
    {
        _ = version;
        var e = await Assert.ThrowsAsync<LabException>(() => StartAsync(natsServer, new LabOptions { Brokers = 1, ExtraConfig = "no_such_key: 1" }));

        Assert.StartsWith("n1: nats-server exited with code 1.", e.Message, StringComparison.Ordinal);
        Assert.Contains("unknown field \"no_such_key\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_executable_nothing_starts() =>
        await Assert.ThrowsAsync<LabException>(() => StartAsync(Path.Combine(Path.GetTempPath(), "no-nats-server-here")));

    [Fact]
    public async Task A_running_broker_is_not_started_twice()
    {
        await using var lab = await StartAsync(NatsServers.Any, new LabOptions { Brokers = 1 });

        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Brokers[0].StartAsync(Cancellation));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        string? folder = null;
        var options = new LabOptions
        {
            NatsServer = NatsServers.Any,
            BrokerConfig = broker =>
            {
                folder = Path.GetDirectoryName(broker.Folder);
                cancel.CancelAfter(TimeSpan.FromMilliseconds(5));
                return null;
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LabCluster.StartAsync(options, cancel.Token));

        Assert.False(Directory.Exists(folder));
        await Until.TrueAsync(() => Processes.Mentioning(folder!) is [], Soon, "nothing is left running");
    }

    private static Task<LabCluster> StartAsync(string natsServer, LabOptions? options = null) =>
        LabCluster.StartAsync((options ?? new LabOptions()) with { NatsServer = natsServer }, Cancellation);

    /// <summary>The announcement; the cluster may still gossip its members' addresses before.</summary>
    private static async Task<string> LameDuckInfoAsync(NatsSocket client)
    {
        while (true)
        {
            var line = await client.ReadLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith("INFO ", StringComparison.Ordinal) && line.Contains("\"ldm\":", StringComparison.Ordinal))
                return line;
        }
    }

    private static bool Accepts(int port)
    {
        using var dial = new TcpClient();
        try
        {
            dial.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
