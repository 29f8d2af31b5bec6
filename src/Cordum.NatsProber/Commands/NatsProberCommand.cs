using System.CommandLine;
using System.CommandLine.Invocation;
using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Commands;

/// <summary>The command line: its verbs, their options and help.</summary>
internal static class NatsProberCommand
{
    private const string OnceVerb = "once";

    /// <summary>SIGINT and SIGTERM cancel the verb's token; each verb promises to be done within this time, and what is not is ended then.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Does what the command line says.</summary>
    /// <returns>The verb's exit code; where there is no telling what to do, the one that the verb has for bad input.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args);
        if (parsed.Action is not ParseErrorAction misunderstood)
        {
            try
            {
                return await parsed.InvokeAsync(
                    new InvocationConfiguration
                    {
                        Output = output,
                        Error = error,
                        ProcessTerminationTimeout = TerminationTimeout,
                        EnableDefaultExceptionHandler = false,
                    }).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                await error.WriteLineAsync($"natsprober: the output cannot be written: {e.Message}").ConfigureAwait(false);
                return BadInputOf(parsed.CommandResult.Command);
            }
        }

        // A page of help would hide the one line that matters.
        misunderstood.ShowHelp = false;
        await parsed.InvokeAsync(new InvocationConfiguration { Output = error, Error = error }).ConfigureAwait(false);
        var verb = parsed.CommandResult.Command;
        await error.WriteLineAsync(verb is RootCommand ? "'natsprober --help' tells the commands." : $"'natsprober {verb.Name} --help' tells the options.").ConfigureAwait(false);
        return BadInputOf(verb);
    }

    private static int BadInputOf(Command verb) => verb.Name == OnceVerb ? OnceReport.Unknown : ExitCode.BadInput;

    /// <summary>The root command with all verbs.</summary>
    public static RootCommand Create()
    {
        var probes = new Option<string?>("--probes") { Description = "A probe file, or a folder of them (default: probes/local.yaml)", HelpName = "FILE|DIR" };
        return new RootCommand("Synthetic black-box connectivity prober for NATS: holds a link to every broker, measures outages from outside, exports Prometheus series.")
        {
            Run(probes), Once(probes), CompareVerb.Create(), Check(probes), Lab(), RulesVerb.Create(), DrillVerb.Create(),
        };
    }

    private static Command Run(Option<string?> probes)
    {
        var listen = new Option<string?>("--listen") { Description = "Where /metrics, /compare, /healthz and /readyz are served (default: 127.0.0.1:9522)", HelpName = "HOST:PORT" };
        var prober = Prober();
        var logFormat = new Option<string?>("--log-format") { Description = "text, json, or auto: text on a terminal, JSON otherwise (default: auto)", HelpName = "FORMAT" };
        var buckets = new Option<string?>("--buckets") { Description = "all, or few: 7 series for each histogram instead of some 20, for thousands of endpoints (default: all)", HelpName = "DETAIL" };
        var run = new Command("run", "The service: probes for ever and serves /metrics. Exit code 0 after SIGTERM or SIGINT, 1 if it cannot start, 2 for bad settings or probe files.") { probes, listen, prober, logFormat, buckets };
        run.SetAction(Interruptible((parsed, stop) => RunCommand.RunAsync(Given(parsed, probes, listen, prober, logFormat, buckets), parsed.InvocationConfiguration.Error, stop)));
        return run;
    }

    private static Command Once(Option<string?> probes)
    {
        var prober = Prober();
        var format = new Option<string>("--format") { Description = "How to print the result: table, json, nagios or prometheus", HelpName = "FORMAT", DefaultValueFactory = _ => "table" }
            .AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<OnceFormat>().Select(name => name.ToLowerInvariant())]);
        var cleanUp = new Option<bool>("--cleanup") { Description = "Probe nothing; delete the stream and the bucket that this prober (--prober) made in the clusters' JetStream" };
        var once = new Command(OnceVerb, "One pass of every probe. Exit code 0 if all is well, 1 warning (some probes fail), 2 critical (all of a cluster's links fail, or the one that fails over does), 3 unknown (bad input, or the prober itself was held up).") { probes, prober, format, cleanUp };
        once.SetAction(Interruptible((parsed, stop) => OnceCommand.RunAsync(
            Given(parsed, probes, prober),
            Enum.Parse<OnceFormat>(parsed.GetValue(format)!, ignoreCase: true),
            parsed.GetValue(cleanUp),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            stop)));
        return once;
    }

    private static Command Check(Option<string?> probes)
    {
        var effective = new Option<bool>("--effective") { Description = "Print what the prober would use, every default filled in and no secret shown" };
        var check = new Command("check", "Validates probe files; says everything that is wrong at once, with file, line and column. Exit code 0 or 2.") { probes, effective };
        check.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                // The files that `run` would read, wherever their place is said.
                return CheckCommand.Run(ProberSettings.Read(Given(parsed, probes)).Probes, parsed.GetValue(effective), output, error);
            }
            catch (SettingsException e)
            {
                error.WriteLine($"natsprober: {e.Message}");
                return ExitCode.BadInput;
            }
        });
        return check;
    }

    private static Command Lab()
    {
        var defaults = new LabCommandOptions();
        var brokers = new Option<int>("--brokers") { Description = "How many brokers", DefaultValueFactory = _ => defaults.Brokers };
        var server = new Option<string?>("--nats-server") { Description = "The nats-server to run (default: NATSPROBER_NATS_SERVER, else the one on PATH)", HelpName = "PATH" };
        var cluster = new Option<string>("--cluster") { Description = "The cluster's name", DefaultValueFactory = _ => defaults.ClusterName };
        var clientPort = new Option<int>("--client-port") { Description = "Client port of the first broker; the others follow", DefaultValueFactory = _ => defaults.ClientPort };
        var monitorPort = new Option<int>("--monitor-port") { Description = "Monitor port of the first broker", DefaultValueFactory = _ => defaults.MonitorPort };
        var routePort = new Option<int>("--route-port") { Description = "Route port of the first broker", DefaultValueFactory = _ => defaults.RoutePort };
        var jetStream = new Option<bool>("--jetstream") { Description = "With JetStream" };
        var restartAfter = new Option<string>("--restart-after") { Description = "When to restart a broker that ended, or never", HelpName = "TIME", DefaultValueFactory = _ => defaults.RestartAfter };
        var lab = new Command("lab", "Starts a local cluster of real nats-server processes to play with; Ctrl-C ends it and removes its files.")
        {
            brokers, server, cluster, clientPort, monitorPort, routePort, jetStream, restartAfter,
        };
        lab.SetAction(Interruptible((parsed, stop) => LabCommand.RunAsync(
            new LabCommandOptions
            {
                Brokers = parsed.GetValue(brokers),
                NatsServer = parsed.GetValue(server),
                ClusterName = parsed.GetValue(cluster)!,
                ClientPort = parsed.GetValue(clientPort),
                MonitorPort = parsed.GetValue(monitorPort),
                RoutePort = parsed.GetValue(routePort),
                JetStream = parsed.GetValue(jetStream),
                RestartAfter = parsed.GetValue(restartAfter)!,
            },
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            stop)));
        return lab;
    }

    /// <summary>
    /// The parser listens for signals only once the verb has given it a task to cancel. A verb that began its work before that could be ended by a
    /// signal in mid-work, with its brokers and files left behind.
    /// </summary>
    internal static Func<ParseResult, CancellationToken, Task<int>> Interruptible(Func<ParseResult, CancellationToken, Task<int>> verb) =>
        async (parsed, stop) =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return await verb(parsed, stop).ConfigureAwait(false);
        };

    private static Option<string?> Prober() =>
        new("--prober") { Description = "The vantage point's name, a label on every series (default: the host's name)", HelpName = "NAME" };

    /// <summary>The options that were given, named as their settings are: <c>--log-format</c> is <c>LogFormat</c>.</summary>
    private static Dictionary<string, string?> Given(ParseResult parsed, params Option<string?>[] options) => options
        .Where(option => parsed.GetValue(option) is not null)
        .ToDictionary(option => option.Name.TrimStart('-').Replace("-", "", StringComparison.Ordinal), parsed.GetValue, StringComparer.OrdinalIgnoreCase);
}
