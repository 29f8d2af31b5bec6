using System.CommandLine;

namespace Cordum.NatsProber.Commands;

/// <summary>The command line of <c>natsprober compare</c>.</summary>
internal static class CompareVerb
{
    /// <summary>The verb with its options and help.</summary>
    public static Command Create()
    {
        var from = new Option<string?>("--from") { Description = "Where the running prober serves (default: http:// and its listen address)", HelpName = "URL" };
        var listen = new Option<string?>("--listen") { Description = "The running prober's listen address, as it was started with (default: NATSPROBER_LISTEN, else 127.0.0.1:9522)", HelpName = "HOST:PORT" };
        var format = new Option<string>("--format") { Description = "How to print: table or json", HelpName = "FORMAT", DefaultValueFactory = _ => "table" }
            .AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<CompareFormat>().Select(name => name.ToLowerInvariant())]);
        var since = new Option<string?>("--since") { Description = "Only disconnects of so long ago at most, such as 1h (default: all that the prober remembers, 500 a cluster)", HelpName = "TIME" };
        var probes = new Option<string?>("--probes") { Description = "Ask no running prober: open the links of these probe files and ask their brokers once. That shows the present; the past is known to a running prober alone", HelpName = "FILE|DIR" };
        var compare = new Command(
            "compare",
            "What each broker says beside what the client saw: now, and for past disconnects with both timelines, the verdict and the evidence that decided it. Exit code 0 if every link is open and both sides agree, 1 if not or if a disconnect has no verdict yet, 2 for bad input, 3 if the prober cannot be asked, 130 if interrupted.")
        {
            from, listen, format, since, probes,
        };
        compare.SetAction(NatsProberCommand.Interruptible((parsed, stop) => CompareCommand.RunAsync(
            new CompareCommandOptions
            {
                From = parsed.GetValue(from),
                Listen = parsed.GetValue(listen),
                Format = Enum.Parse<CompareFormat>(parsed.GetValue(format)!, ignoreCase: true),
                Since = parsed.GetValue(since),
                Probes = parsed.GetValue(probes),
            },
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            stop)));
        return compare;
    }
}
