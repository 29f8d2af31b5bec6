using System.Diagnostics;

namespace Cordum.NatsProber.Lab;

/// <summary>How a broker's process is started so that it neither outlives the lab nor hears the lab's Ctrl-C.</summary>
internal static class BrokerProcess
{
    // The shell becomes nats-server (exec, twice), so the process id that .NET knows is nats-server's own.
    // Before that it leaves a guard behind, which reads the lab's end of a pipe. A line says "the broker has ended, you may go".
    // End of file without one says that the lab is gone, however it went (SIGKILL included): the guard then ends the broker and removes
    // the lab's folder. Linux's PDEATHSIG would not do: it fires when the *thread* that started the process ends, and the pool's threads do.
    // setsid takes the broker out of the terminal's process group: Ctrl-C is for the lab, which then ends its brokers in order.
    private const string Script =
        """
        log=$1 folder=$2
        shift 2
        exec 3<&0 </dev/null >>"$log" 2>&1
        ( trap '' HUP INT TERM; read -r ended <&3 || { kill -KILL $$; rm -rf "$folder"; } ) &
        exec 3<&-
        command -v setsid >/dev/null && exec setsid "$@"
        exec "$@"
        """;

    /// <summary>The start of a broker. Standard input is the guard's pipe: see <see cref="DismissGuardAsync"/>.</summary>
    public static ProcessStartInfo StartInfo(string natsServer, LabBrokerPlan broker, string labFolder) => new()
    {
        FileName = "/bin/sh",
        ArgumentList = { "-c", Script, "natsprober-lab", broker.LogFile, labFolder, natsServer, "-c", broker.ConfigFile },
        RedirectStandardInput = true,
        UseShellExecute = false,
    };

    /// <summary>Tells the guard of a broker that has ended that its work is done.</summary>
    public static async Task DismissGuardAsync(Process ended)
    {
        try
        {
            await ended.StandardInput.WriteLineAsync("ended");
            ended.StandardInput.Close();
        }
        catch (IOException)
        {
            // Somebody ended the guard.
        }
    }
}
