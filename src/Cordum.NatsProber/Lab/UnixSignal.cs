using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cordum.NatsProber.Lab;

/// <summary>Signals that a broker understands, or cannot resist.</summary>
internal enum BrokerSignal
{
    Hangup,
    Interrupt,
    Kill,
    Terminate,
    Stop,
    Continue,
    User2,
}

/// <summary>kill(2).</summary>
internal static partial class UnixSignal
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal; false if there is no such process (any more).</summary>
    /// <param name="processId">The process.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="timestamp">The monotonic clock, read immediately before the system call.</param>
    public static bool TrySend(int processId, BrokerSignal signal, out long timestamp)
    {
        // 0 and negative numbers mean whole process groups.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        var number = Number(signal);
        timestamp = Stopwatch.GetTimestamp();
        if (Kill(processId, number) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    private static int Number(BrokerSignal signal) => signal switch
    {
        BrokerSignal.Hangup => 1,
        BrokerSignal.Interrupt => 2,
        BrokerSignal.Kill => 9,
        BrokerSignal.Terminate => 15,
        BrokerSignal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
        BrokerSignal.Continue => OperatingSystem.IsMacOS() ? 19 : 18,
        BrokerSignal.User2 => OperatingSystem.IsMacOS() ? 31 : 12,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
