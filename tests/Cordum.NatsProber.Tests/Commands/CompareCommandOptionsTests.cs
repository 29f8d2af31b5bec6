using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Tests.Commands;

[Collection(ProcessState.Name)]
public sealed class CompareCommandOptionsTests : IDisposable
{
    private readonly CleanProcessState _process = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _process.Dispose();

    [Theory]
    [InlineData("--from nowhere", "natsprober compare: --from: give the address where the prober serves")]
    [InlineData("--from ftp://h", "natsprober compare: --from: give the address")]
    [InlineData("--from http://user:hidden@h", "natsprober compare: --from: give the address")]
    [InlineData("--from http://h --listen 127.0.0.1:1", "natsprober compare: --from and --listen both say")]
    [InlineData("--probes a.yaml --from http://h", "natsprober compare: --probes asks no running prober")]
    [InlineData("--probes a.yaml --since 1h", "natsprober compare: --since chooses from the past")]
    [InlineData("--since yesterday", "natsprober compare: --since 'yesterday': give a number and a unit")]
    [InlineData("--listen nowhere", "natsprober: listen address 'nowhere': ")]
    [InlineData("--listen 127.0.0.1:0", "natsprober: the prober listens on any free port; say which with --from")]
    [InlineData("--probes absent.yaml", "absent.yaml")]
    public async Task What_makes_no_sense_is_one_line_and_exit_code_2(string options, string told)
    {
        Assert.Equal(2, await NatsProberCommand.RunAsync(["compare", .. options.Split(' ')], _output, _error));

        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
        Assert.DoesNotContain("hidden", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:9522/")]
    [InlineData("*:8000", "http://127.0.0.1:8000/")]
    [InlineData("0.0.0.0:8000", "http://127.0.0.1:8000/")]
    [InlineData("[::]:8000", "http://127.0.0.1:8000/")]
    [InlineData("[::1]:8000", "http://[::1]:8000/")]
    [InlineData("10.0.0.7:8000", "http://10.0.0.7:8000/")]
    public void It_asks_where_the_settings_say_that_the_prober_listens(string? listen, string asked)
    {
        Assert.Equal(asked, new CompareCommandOptions { Listen = listen }.Asked().AbsoluteUri);
        if (listen is null)
            return;
        _process.Set("NATSPROBER_LISTEN", listen);
        Assert.Equal(asked, new CompareCommandOptions().Asked().AbsoluteUri);
        Assert.Equal("http://h:1/x", new CompareCommandOptions { From = "http://h:1/x" }.Asked().AbsoluteUri);
    }

    [Fact]
    public void A_listen_address_that_makes_no_sense_is_a_setting_that_does_not() =>
        Assert.Throws<SettingsException>(() => new CompareCommandOptions { Listen = "x" }.Asked());
}
