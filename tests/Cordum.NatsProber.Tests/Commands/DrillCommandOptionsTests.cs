using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

[Collection(ProcessState.Name)]
public sealed class DrillCommandOptionsTests : IDisposable
{
    private const string Files = "cluster: prod\nendpoints: [{ name: a, url: \"nats://h\" }, { name: b, url: \"nats://i\" }]\n";

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
        Assert.Null(new DrillCommandOptions { Prometheus = prometheus, Alertmanager = alertmanager, Alert = alert }.Read(_error));

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
        var order = new DrillCommandOptions { Prometheus = "https://h/prometheus", Alertmanager = "http://h:9093", UntilAlert = untilAlert, Alert = named }.Read(_error);

        Assert.Equal((alert, "https://h/prometheus", "http://h:9093/"), (order?.Alert, order?.Prometheus?.AbsoluteUri, order?.Alertmanager?.AbsoluteUri));
    }

    [Fact]
    public void A_probe_file_that_makes_no_sense_is_told_as_check_tells_it()
    {
        Assert.Null(new DrillCommandOptions { Probes = _process.Put("bad.yaml", "cluster: c\n") }.Read(_error));

        Assert.Contains("bad.yaml:1:1: endpoints is missing", _error.ToString(), StringComparison.Ordinal);
    }
}
