using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Metrics;

namespace Cordum.NatsProber.Tests.Commands;

[Collection(ProcessState.Name)]
public sealed class CommandLineTests : IDisposable
{
    private const string Sound = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";

    private readonly CleanProcessState _process = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _process.Dispose();

    [Fact]
    public async Task Help_lists_every_verb()
    {
        Assert.Equal(0, await RunAsync("--help"));

        foreach (var verb in (string[])["run", "once", "compare", "check", "lab", "rules", "drill"])
            Assert.Matches($@"\n  {verb} +[A-Z][^\n]*\.\n", _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("run", "--probes <FILE|DIR>", "probes/local.yaml", "--listen <HOST:PORT>", "127.0.0.1:9522", "--prober <NAME>", "--log-format <FORMAT>", "--buckets <DETAIL>", "Exit code 0", "1 if", "2 for")]
    [InlineData("once", "--probes <FILE|DIR>", "--prober <NAME>", "--format <FORMAT>", "table, json, nagios or prometheus", "[default: table]", "Exit code 0", "1 warning", "2 critical", "3 unknown")]
    [InlineData("compare", "--from <URL>", "--listen <HOST:PORT>", "127.0.0.1:9522", "--format <FORMAT>", "table or json", "--since <TIME>", "--probes <FILE|DIR>", "Exit code 0", "1 if", "2 for", "3 if")]
    [InlineData("check", "--probes <FILE|DIR>", "--effective", "Exit code 0 or 2")]
    [InlineData("lab", "--brokers", "--nats-server <PATH>", "--client-port", "14221", "--monitor-port", "18221", "--route-port", "--jetstream", "--restart-after <TIME>", "Ctrl-C")]
    [InlineData("drill", "--probes <FILE|DIR>", "--endpoint <NAME>", "--wait <TIME>", "15m", "--brokers", "--nats-server <PATH>", "--listen <HOST:PORT>", "--prober <NAME>", "--report <FILE>", "Exit code 0", "1 if", "2 for", "130 if")]
    [InlineData("rules", "--format <FORMAT>", "PrometheusRule", "--churn-count <N>", "page (default: 5)", "--objective <PERCENT>", "--runbook-base <URL>", "--quorum <SHARE>", "--outage-for <TIME>", "Exit code 0, or 2")]
    public async Task Help_of_a_verb_tells_its_options_defaults_and_exit_codes(string verb, params string[] phrases)
    {
        Assert.Equal(0, await RunAsync(verb, "--help"));

        Assert.All(phrases, phrase => Assert.Contains(phrase, _output.ToString(), StringComparison.Ordinal));
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Version_is_the_products()
    {
        Assert.Equal(0, await RunAsync("--version"));

        Assert.Equal(ProberMetrics.Version, _output.ToString().Trim().Split('+')[0]);
    }

    [Theory]
    [InlineData(2, "", "'natsprober --help' tells the commands.")]
    [InlineData(2, "nope", "'nope'")]
    [InlineData(2, "run --nope", "'--nope'")]
    [InlineData(2, "run extra", "'extra'")]
    [InlineData(2, "run --listen 127.0.0.1:1 --listen 127.0.0.1:2", "'--listen'")]
    [InlineData(2, "check --probes", "'--probes'")]
    [InlineData(2, "check --prober x", "'natsprober check --help' tells the options.")]
    [InlineData(2, "lab --brokers many", "'many'")]
    [InlineData(3, "once --format xml", "'nagios'")]
    [InlineData(3, "once --format 2", "'2'")]
    [InlineData(2, "compare --format xml", "'table'")]
    [InlineData(3, "once --nope", "'--nope'")]
    public async Task What_makes_no_sense_is_told_on_standard_error(int exitCode, string commandLine, string told)
    {
        Assert.Equal(exitCode, await RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.Empty(_output.ToString());
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Cordum.", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "run")]
    [InlineData(3, "once")]
    [InlineData(2, "check")]
    public async Task Probe_files_that_make_no_sense_have_the_exit_code_of_bad_input(int exitCode, string verb)
    {
        var file = _process.Put("bad.yaml", "cluster: c\n");

        Assert.Equal(exitCode, await RunAsync(verb, "--probes", file));

        Assert.StartsWith($"{file}:1:1: endpoints is missing", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_reads_what_run_would_read()
    {
        _process.Set("NATSPROBER_PROBES", _process.Put("named.yaml", Sound));

        Assert.Equal(0, await RunAsync("check"));
        Assert.Equal(2, await RunAsync("check", "--probes", "another.yaml"));

        Assert.Contains("named.yaml: cluster c", _output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("another.yaml:1:1: ", _error.ToString().Replace(_process.Folder + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "run --listen nowhere", "natsprober: listen address 'nowhere': ")]
    [InlineData(2, "run --log-format xml", "natsprober: log format 'xml': ")]
    [InlineData(3, "once --prober -/-", "natsprober: prober name '-/-': ")]
    public async Task Settings_that_make_no_sense_are_one_line(int exitCode, string commandLine, string told)
    {
        Assert.Equal(exitCode, await RunAsync(commandLine.Split(' ')));

        Assert.StartsWith(told, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
    }

    private Task<int> RunAsync(params string[] args) => NatsProberCommand.RunAsync(args, _output, _error);
}
