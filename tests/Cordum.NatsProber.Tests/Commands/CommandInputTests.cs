using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

[Collection(ProcessState.Name)]
public sealed class CommandInputTests : IDisposable
{
    private const string Sound = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";
    private const string Doubtful = Sound + "probes: { route: {} }\n";

    private readonly CleanProcessState _process = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Sound_input_is_read_in_silence()
    {
        var input = Read(_process.Put("a.yaml", Sound));

        Assert.NotNull(input);
        Assert.Equal("c", input.Value.Files.Single().Cluster);
        Assert.Empty(input.Value.Warnings);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Warnings_are_left_to_the_caller()
    {
        var file = _process.Put("a.yaml", Doubtful);

        var input = Read(file);

        Assert.StartsWith($"{file}:3:18: probes.route has nowhere to go", input!.Value.Warnings.Single(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Errors_are_written_all_and_the_warnings_with_them()
    {
        var file = _process.Put("a.yaml", Doubtful + "nonsense: 1\nother: 2\n");

        Assert.Null(Read(file));

        var lines = _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{file}:4:1: unknown key 'nonsense'", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{file}:5:1: unknown key 'other'", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"warning: {file}:3:18: ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_settings_come_before_the_files()
    {
        Assert.Null(CommandInput.Read(new Dictionary<string, string?> { ["probes"] = "nowhere", ["prober"] = "?" }, _error));

        Assert.StartsWith("natsprober: prober name '?': ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
    }

    private (Cordum.NatsProber.Hosting.ProberSettings Settings, IReadOnlyList<Cordum.NatsProber.Probes.ProbeFile> Files, IReadOnlyList<string> Warnings)? Read(string probes) =>
        CommandInput.Read(new Dictionary<string, string?> { ["probes"] = probes }, _error);
}
