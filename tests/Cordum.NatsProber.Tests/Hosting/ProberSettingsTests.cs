using System.Net;
using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Tests.Hosting;

[Collection(ProcessState.Name)]
public sealed class ProberSettingsTests : IDisposable
{
    private readonly CleanProcessState _process = new();

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Without_any_word_the_defaults_hold() =>
        Assert.Equal(
            new ProberSettings { Probes = "probes/local.yaml", Listen = "127.0.0.1:9522", Prober = Dns.GetHostName(), LogFormat = LogFormat.Auto },
            ProberSettings.Read(new Dictionary<string, string?>()));

    [Theory]
    [InlineData("Probes", "NATSPROBER_PROBES", "a.yaml", "b.yaml", "c.yaml")]
    [InlineData("Listen", "NATSPROBER_LISTEN", "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3")]
    [InlineData("Prober", "NATSPROBER_PROBER", "a", "b", "c")]
    [InlineData("LogFormat", "NATSPROBER_LOG_FORMAT", "Text", "Json", "Auto")]
    [InlineData("LogFormat", "NATSPROBER_LOGFORMAT", "Text", "Json", "Auto")]
    [InlineData("Buckets", "NATSPROBER_BUCKETS", "Few", "All", "Few")]
    public void The_command_line_beats_the_environment_which_beats_the_file(string setting, string variable, string file, string environment, string commandLine)
    {
        _process.Put("appsettings.json", $$"""{ "{{setting}}": "{{file}}" }""");
        Assert.Equal(file, Read(setting, []));

        _process.Set(variable, environment);
        Assert.Equal(environment, Read(setting, []));

        Assert.Equal(commandLine, Read(setting, new() { [setting.ToLowerInvariant()] = commandLine }));
    }

    [Theory]
    [InlineData("127.0.0.1:9522", "127.0.0.1:9522")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:9522", "[::1]:9522")]
    [InlineData("*:9522", "[::]:9522")]
    [InlineData(":9522", "[::]:9522")]
    public void Listen_takes_addresses(string listen, string endpoint) =>
        Assert.Equal(IPEndPoint.Parse(endpoint), ProberSettings.Read(new Dictionary<string, string?> { ["listen"] = listen }).ListenEndPoint());

    [Theory]
    [InlineData("listen", "", "listen address ''")]
    [InlineData("listen", "9522", "listen address '9522'")]
    [InlineData("listen", "127.0.0.1", "listen address '127.0.0.1'")]
    [InlineData("listen", "127.0.0.1:65536", "listen address '127.0.0.1:65536'")]
    [InlineData("listen", "127.0.0.1:-1", "listen address '127.0.0.1:-1'")]
    [InlineData("listen", "example.org:80", "listen address 'example.org:80'")]
    [InlineData("prober", "", "prober name ''")]
    [InlineData("prober", "two words", "prober name 'two words'")]
    [InlineData("prober", "ümlaut", "prober name 'ümlaut'")]
    [InlineData("logFormat", "xml", "log format 'xml'")]
    [InlineData("logFormat", "1", "log format '1'")]
    [InlineData("buckets", "some", "buckets 'some'")]
    [InlineData("buckets", "all,few", "buckets 'all,few'")]
    [InlineData("buckets", "-1", "buckets '-1'")]
    public void A_bad_value_is_told_with_what_to_give_instead_and_where(string setting, string value, string told)
    {
        var e = Assert.Throws<SettingsException>(() => ProberSettings.Read(new Dictionary<string, string?> { [setting] = value }));

        Assert.StartsWith(told + ": give ", e.Message, StringComparison.Ordinal);
        Assert.Contains("(--", e.Message, StringComparison.Ordinal);
        Assert.Contains("NATSPROBER_", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_prober_name_has_at_most_63_characters()
    {
        Assert.Equal(new string('a', 63), ProberSettings.Read(new Dictionary<string, string?> { ["prober"] = new string('a', 63) }).Prober);
        Assert.Throws<SettingsException>(() => ProberSettings.Read(new Dictionary<string, string?> { ["prober"] = new string('a', 64) }));
    }

    [Theory]
    [InlineData("{ \"Listen\": ")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    public void A_settings_file_that_cannot_be_read_is_named_in_one_line(string content)
    {
        var file = _process.Put("appsettings.json", content);

        var e = Assert.Throws<SettingsException>(() => ProberSettings.Read(new Dictionary<string, string?>()));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static string? Read(string setting, Dictionary<string, string?> commandLine)
    {
        var settings = ProberSettings.Read(commandLine);
        return typeof(ProberSettings).GetProperty(setting)!.GetValue(settings)!.ToString();
    }
}
