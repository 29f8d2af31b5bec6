using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

[Collection(ProcessState.Name)]
public sealed class DrillCommandOptionsTests : IDisposable
{
    private const string Files = "cluster: prod\nendpoints: [{ name: a, url: \"nats://h\" }, { name: b, url: \"nats://i\" }]\n";

    private static readonly string[] OfStarted = ["--brokers", "--nats-server", "--cluster"];

    private readonly CleanProcessState _process = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _process.Dispose();

    [Fact]
    public void The_defaults_are_a_lab_that_takes_neither_name_nor_address_of_a_prober_nearby()
    {
        _process.Set("NATSPROBER_PROBER", "deployed");
        _process.Set("NATSPROBER_LISTEN", "*:9522");
        _process.Set("NATSPROBER_PROBES", "/nowhere");

        var order = new DrillCommandOptions().Read(_error);

        Assert.Empty(_error.ToString());
        Assert.NotNull(order);
        Assert.Equal(("drill", "127.0.0.1:0", null), (order.Settings.Prober, order.Settings.Listen, order.Files));
        Assert.Equal((3, "drill", TimeSpan.FromMinutes(15)), (order.Brokers, order.Cluster, order.Wait));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var options = new DrillCommandOptions { Wait = "soon", Brokers = 1, Cluster = "a b", Endpoints = ["a"], Listen = "nowhere" };

        Assert.Null(options.Read(_error));

        Assert.Equal(
            ["natsprober drill: --wait soon", "natsprober drill: --brokers 1", "natsprober drill: --cluster 'a b'", "natsprober drill: --endpoint is for brokers of your own", "natsprober: listen address 'nowhere'"],
            _error.ToString().TrimEnd().Split('\n').Select(line => line.StartsWith("natsprober drill: --endpoint", StringComparison.Ordinal) ? line[..55] : line[..line.IndexOf(':', 18)]));
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("25h")]
    [InlineData("-1s")]
    [InlineData("")]
    public void A_wait_that_is_none_is_refused(string wait) => Assert.Null(new DrillCommandOptions { Wait = wait }.Read(_error));

    [Theory]
    [InlineData("a", true)]
    [InlineData("prod/b", true)]
    [InlineData("c", false)]
    [InlineData("other/a", false)]
    public void An_endpoint_that_no_file_names_is_refused(string endpoint, bool known)
    {
        var options = new DrillCommandOptions { Probes = _process.Put("probes.yaml", Files), Endpoints = [endpoint] };

        Assert.Equal(known, options.Read(_error) is not null);

        Assert.Equal(known ? "" : $"natsprober drill: --endpoint {endpoint}: no probe file names it; write one of a, b\n", _error.ToString());
    }

    [Theory]
    [InlineData("h:9090", null, null, "--prometheus: write http://HOST:PORT")]
    [InlineData("ftp://h", null, null, "--prometheus: write http://HOST:PORT")]
    [InlineData("http://user:secret@h", null, null, "--prometheus: write http://HOST:PORT")]
    [InlineData("http://h?token=secret", null, null, "--prometheus: write http://HOST:PORT")]
    [InlineData(null, "secret", null, "--alertmanager: write http://HOST:PORT")]
    [InlineData(null, null, "CordumNatsReconnectChurn", "--alert: Prometheus must be asked")]
    [InlineData("http://h", null, "x\"} or up{", "--alert 'x\"} or up{': write an alert's name")]
    public void Addresses_and_alerts_that_make_no_sense_are_told_without_a_secret(string? prometheus, string? alertmanager, string? alert, string told)
    {
        Assert.Null(new DrillCommandOptions { Listen = "127.0.0.1:9523", Prometheus = prometheus, Alertmanager = alertmanager, Alert = alert }.Read(_error));

        Assert.StartsWith($"natsprober drill: {told}", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, null, null)]
    [InlineData(true, null, "CordumNatsDisconnectsOutrunReconnects")]
    [InlineData(true, "CordumNatsReconnectChurn", "CordumNatsReconnectChurn")]
    [InlineData(false, "CordumNatsReconnectChurn", "CordumNatsReconnectChurn")]
    public void The_alert_is_the_one_named_or_the_usual_one(bool untilAlert, string? named, string? alert)
    {
        var order = new DrillCommandOptions { Listen = "127.0.0.1:9523", Prometheus = "https://h/prometheus", Alertmanager = "http://h:9093", UntilAlert = untilAlert, Alert = named }.Read(_error);

        Assert.Equal((alert, "https://h/prometheus", "http://h:9093/"), (order?.Alert, order?.Prometheus?.AbsoluteUri, order?.Alertmanager?.AbsoluteUri));
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData("0.0.0.0:0", false, false)]
    [InlineData("127.0.0.1:9523", false, true)]
    [InlineData(null, true, true)]
    public void Prometheus_must_know_where_to_scrape_the_prober_of_brokers_that_only_it_knows(string? listen, bool own, bool accepted)
    {
        var options = new DrillCommandOptions { Probes = own ? _process.Put("probes.yaml", Files) : null, Prometheus = "http://h" };

        Assert.Equal(accepted, (listen is null ? options : options with { Listen = listen }).Read(_error) is not null);

        Assert.Equal(accepted ? "" : "natsprober drill: --prometheus: give --listen HOST:PORT, too, the address that Prometheus scrapes for this drill\n", _error.ToString());
    }

    [Fact]
    public void What_is_said_of_brokers_that_are_started_makes_no_sense_where_none_is()
    {
        var options = new DrillCommandOptions { Probes = _process.Put("probes.yaml", Files), Brokers = 3, NatsServer = "/bin/nats-server", Cluster = "drill" };

        Assert.Null(options.Read(_error));

        Assert.Equal(
            [.. OfStarted.Select(option => $"natsprober drill: {option} is for brokers that the drill starts, and with --probes it starts none: leave one of the two out")],
            _error.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("nowhere/report.md")]
    public void A_report_that_cannot_be_written_is_told_before_anything_is_done(string report)
    {
        Assert.Null(new DrillCommandOptions { Report = report }.Read(_error));

        Assert.Matches($@"^natsprober drill: --report '{System.Text.RegularExpressions.Regex.Escape(report)}': [^\n]+\n$", _error.ToString());
    }

    [Fact]
    public void A_probe_file_that_makes_no_sense_is_told_as_check_tells_it()
    {
        Assert.Null(new DrillCommandOptions { Probes = _process.Put("bad.yaml", "cluster: c\n") }.Read(_error));

        Assert.Contains("bad.yaml:1:1: endpoints is missing", _error.ToString(), StringComparison.Ordinal);
    }
}
