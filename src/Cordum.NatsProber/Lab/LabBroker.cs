using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Lab;

/// <summary>
/// One nats-server with a fixed configuration and fixed ports, whose process can be ended and started again. Faults are Unix signals to nats-server
/// itself; each returns the monotonic time (<see cref="Stopwatch.GetTimestamp"/>) taken immediately before its system call.
/// </summary>
public sealed partial class LabBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(1);

    private readonly string _natsServer;
    private readonly string _labFolder;
    private readonly LabBrokerPlan _plan;
    private Process? _process;
    private Task<int> _exited = Task.FromResult(0);
    private long _logStart;
    private bool _disposed;

    internal LabBroker(string natsServer, LabBrokerPlan plan, string labFolder)
    {
        _natsServer = natsServer;
        _plan = plan;
        _labFolder = labFolder;
    }

    /// <summary>Its <c>server_name</c>: n1, n2 and so on.</summary>
    public string Name => _plan.Name;

    /// <summary>The port for clients.</summary>
    public int ClientPort => _plan.ClientPort;

    /// <summary>The port of the HTTP monitor.</summary>
    public int MonitorPort => _plan.MonitorPort;

    /// <summary>The port for the other brokers of the cluster.</summary>
    public int RoutePort => _plan.RoutePort;

    /// <summary>Where clients connect.</summary>
    public string Url => $"nats://127.0.0.1:{ClientPort}";

    /// <summary>Where the HTTP monitor answers.</summary>
    public string MonitorUrl => $"http://127.0.0.1:{MonitorPort}";

    /// <summary>Its configuration; after a change, <see cref="Reload"/> or restart.</summary>
    public string ConfigFile => _plan.ConfigFile;

    /// <summary>What all its processes have logged so far.</summary>
    public string LogFile => _plan.LogFile;

    /// <summary>The id of nats-server's process: the present one, or the last one if it is not running.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether its process exists; one that is suspended does.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The last lines of its log.</summary>
    public IReadOnlyList<string> RecentLog(int lines = 50) =>
        File.Exists(LogFile) ? [.. File.ReadLines(LogFile).TakeLast(lines)] : [];

    /// <summary>Starts its process, on the same ports as ever; completes when all its listeners are open.</summary>
    /// <exception cref="LabException">A port is in use, the process exited, or was not ready after 10 s; nothing is left running.</exception>
    /// <exception cref="InvalidOperationException">It is running already.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsRunning)
            throw new InvalidOperationException($"{Name} is running already (pid {ProcessId}).");
        cancellationToken.ThrowIfCancellationRequested();

        // The last process's exit may be known to the system before its guard has been dismissed.
        await _exited;
        _process?.Dispose();
        _logStart = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        _process = Process.Start(BrokerProcess.StartInfo(_natsServer, _plan, _labFolder))!;
        ProcessId = _process.Id;
        _exited = EndAsync(_process);
        try
        {
            await ReadyAsync(cancellationToken);
        }
        catch
        {
            if (IsRunning)
                UnixSignal.TrySend(ProcessId, BrokerSignal.Kill, out _);
            await _exited;
            throw;
        }
    }

    /// <summary>Completes when its process has ended and been waited for; at once, if it is not running.</summary>
    /// <returns>The exit code: 128 plus the signal's number if a signal ended it.</returns>
    public Task<int> ExitedAsync(CancellationToken cancellationToken = default) => _exited.WaitAsync(cancellationToken);

    /// <summary>SIGKILL: it is gone at once, and the system closes its sockets.</summary>
    /// <exception cref="LabException">It is not running; so for every other signal.</exception>
    public long Kill() => Send(BrokerSignal.Kill);

    /// <summary>SIGTERM: it closes its connections and exits.</summary>
    public long Terminate() => Send(BrokerSignal.Terminate);

    /// <summary>SIGINT, as Ctrl-C would send: it closes its connections and exits.</summary>
    public long Interrupt() => Send(BrokerSignal.Interrupt);

    /// <summary>SIGSTOP: it hangs; the system still accepts connections and bytes for it, nobody answers.</summary>
    public long Suspend() => Send(BrokerSignal.Stop);

    /// <summary>SIGCONT: it goes on where <see cref="Suspend"/> held it.</summary>
    public long Resume() => Send(BrokerSignal.Continue);

    /// <summary>SIGUSR2: it accepts no more clients, tells those it has, closes them one by one after a second of grace, and exits with its last.</summary>
    /// <remarks>With JetStream in a cluster it first hands over its leaderships: clients are told a second later.</remarks>
    public long EnterLameDuck() => Send(BrokerSignal.User2);

    /// <summary>SIGHUP: it reads its configuration again.</summary>
    public long Reload() => Send(BrokerSignal.Hangup);

    /// <summary>Ends its process, in whatever state it is, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (IsRunning)
        {
            // A suspended process gets the first of them only after the second.
            UnixSignal.TrySend(ProcessId, BrokerSignal.Terminate, out _);
            UnixSignal.TrySend(ProcessId, BrokerSignal.Continue, out _);
            try
            {
                await _exited.WaitAsync(ShutdownLimit);
            }
            catch (TimeoutException) when (IsRunning)
            {
                UnixSignal.TrySend(ProcessId, BrokerSignal.Kill, out _);
            }
        }

        await _exited;
        _process?.Dispose();
        _process = null;
    }

    private static async Task<int> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        await BrokerProcess.DismissGuardAsync(process);
        return process.ExitCode;
    }

    /// <summary>Sends a signal to its process.</summary>
    /// <exception cref="LabException">There is none: it was not started, was ended, or has ended by itself.</exception>
    private long Send(BrokerSignal signal)
    {
        if (IsRunning && UnixSignal.TrySend(ProcessId, signal, out var timestamp))
            return timestamp;
        var how = _exited.IsCompletedSuccessfully ? string.Create(CultureInfo.InvariantCulture, $", with exit code {_exited.Result}") : "";
        throw new LabException(string.Create(CultureInfo.InvariantCulture, $"{Name} is not running: its process (pid {ProcessId}) has ended{how}"));
    }

    /// <remarks>
    /// A connect would prove less, since another process may hold the port, and would stay in the broker's list of closed connections, which belongs to
    /// the one who plays with it. The ports file has the process id in its name, and is written when the last listener is open.
    /// </remarks>
    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var portsFile = $"*_{ProcessId.ToString(CultureInfo.InvariantCulture)}.ports";
        while (!Directory.EnumerateFiles(_plan.Folder, portsFile).Any())
        {
            if (_exited.IsCompleted)
                throw StartFailure($"nats-server exited with code {await _exited}");
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw StartFailure($"nats-server was not ready after {StartLimit.TotalSeconds} s");
            await Task.Delay(10, cancellationToken);
        }
    }

    private LabException StartFailure(string what)
    {
        var log = LogOfThisProcess();
        var portInUse = AddressInUse().Match(log);
        if (!portInUse.Success)
            return new LabException($"{Name}: {what}. The end of its log:\n{string.Join('\n', log.Split('\n').TakeLast(20)).TrimEnd()}");
        var port = int.Parse(portInUse.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var option = port == ClientPort ? "--client-port" : port == MonitorPort ? "--monitor-port" : "--route-port";
        return new LabException($"{Name}: port {port} is in use by another process. End that process, or choose other ports ({option}).")
        {
            PortInUse = port,
        };
    }

    private string LogOfThisProcess()
    {
        using var log = new FileStream(LogFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        log.Position = _logStart;
        using var reader = new StreamReader(log);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"listen tcp \S*:(\d+): bind: address already in use")]
    private static partial Regex AddressInUse();
}
