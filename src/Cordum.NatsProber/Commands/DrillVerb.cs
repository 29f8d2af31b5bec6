using System.CommandLine;

namespace Cordum.NatsProber.Commands;

/// <summary>The command line of <c>natsprober drill</c>.</summary>
internal static class DrillVerb
{
    /// <summary>The verb with its options and help.</summary>
    public static Command Create()
    {
        var defaults = new DrillCommandOptions();
        var probes = new Option<string?>("--probes") { Description = "Drill with the brokers of this probe file, or folder of them; the turbulence is yours to make (default: brokers started for the drill)", HelpName = "FILE|DIR" };
        var endpoints = new Option<string[]>("--endpoint") { Description = "With --probes: wait only for this endpoint to be lost and to come back; may be given several times (default: all)", HelpName = "NAME" };
        var wait = new Option<string>("--wait") { Description = "How long turbulence, or an alert, is waited for", HelpName = "TIME", DefaultValueFactory = _ => defaults.Wait };
        var brokers = new Option<int?>("--brokers") { Description = $"How many brokers are started for the drill (default: {DrillCommandOptions.UsualBrokers})" };
        var server = new Option<string?>("--nats-server") { Description = "The nats-server to run (default: NATSPROBER_NATS_SERVER, else the one on PATH)", HelpName = "PATH" };
        var cluster = new Option<string?>("--cluster") { Description = $"Name of the cluster that is started for the drill, a label on its series (default: {DrillCommandOptions.UsualCluster})", HelpName = "NAME" };
        var listen = new Option<string>("--listen") { Description = "Where the drill's own prober serves /metrics (default: a free port of 127.0.0.1, told at the start; with --prometheus and without --probes it must be given)", HelpName = "HOST:PORT" };
        var prober = new Option<string>("--prober") { Description = "The drill's own name as a prober, a label on its series and part of its subjects", HelpName = "NAME", DefaultValueFactory = _ => defaults.Prober };
        var prometheus = new Option<string?>("--prometheus") { Description = "Also ask this Prometheus: does it scrape, are the rules loaded, did it count the same, did it page nobody wrongly", HelpName = "URL" };
        var alertmanager = new Option<string?>("--alertmanager") { Description = "Also ask this Alertmanager: is the dead man's switch armed, did the alert arrive", HelpName = "URL" };
        var untilAlert = new Option<bool>("--until-alert") { Description = "Keep one broker down until an alert fires, then bring it back and wait until it is resolved; needs --prometheus" };
        var alert = new Option<string?>("--alert") { Description = "With --until-alert: which one (default: CordumNatsDisconnectsOutrunReconnects)", HelpName = "NAME" };
        var report = new Option<string?>("--report") { Description = "Write the report to this file (default: standard output)", HelpName = "FILE" };
        var drill = new Command(
            "drill",
            "Proves that turbulence is counted, logged and measured: takes a baseline, breaks brokers of its own in every way (or waits while you break yours), and checks what was seen of it, by Prometheus and Alertmanager too where their addresses are given. Prints a report in Markdown. Exit code 0 if all passed, 1 if not, 2 for bad input, 130 if interrupted.")
        {
            probes, endpoints, wait, brokers, server, cluster, listen, prober, prometheus, alertmanager, untilAlert, alert, report,
        };
        drill.SetAction(NatsProberCommand.Interruptible((parsed, stop) => DrillCommand.RunAsync(
            new DrillCommandOptions
            {
                Probes = parsed.GetValue(probes),
                Endpoints = parsed.GetValue(endpoints) ?? [],
                Wait = parsed.GetValue(wait)!,
                Brokers = parsed.GetValue(brokers),
                NatsServer = parsed.GetValue(server),
                Cluster = parsed.GetValue(cluster),
                Listen = parsed.GetValue(listen) ?? defaults.Listen,
                Prober = parsed.GetValue(prober)!,
                Prometheus = parsed.GetValue(prometheus),
                Alertmanager = parsed.GetValue(alertmanager),
                UntilAlert = parsed.GetValue(untilAlert),
                Alert = parsed.GetValue(alert),
                Report = parsed.GetValue(report),
            },
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            stop)));
        return drill;
    }
}
