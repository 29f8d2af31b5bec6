using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class DrillReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-test-").FullName;
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task To_ask_whether_it_can_be_written_changes_nothing()
    {
        var (old, fresh, link) = (Path.Combine(_folder, "old.md"), Path.Combine(_folder, "new.md"), Path.Combine(_folder, "link.md"));
        await File.WriteAllTextAsync(old, "of the last drill", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, fresh);

        Assert.Equal((null, null, null), (DrillReportFile.Trouble(old), DrillReportFile.Trouble(fresh), DrillReportFile.Trouble(link)));

        Assert.Equal("of the last drill", await File.ReadAllTextAsync(old, TestContext.Current.CancellationToken));
        Assert.Equal([link, old], Directory.GetFileSystemEntries(_folder).Order());
    }

    [Fact]
    public async Task What_was_there_is_replaced()
    {
        var file = Path.Combine(_folder, "report.md");
        await File.WriteAllTextAsync(file, "a longer text, of the last drill", TestContext.Current.CancellationToken);

        Assert.True(await DrillReportFile.WriteAsync(file, "report", _output, _error));

        Assert.Equal(("report", "", ""), (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), _output.ToString(), _error.ToString()));
    }

    [Theory]
    [InlineData("/dev/full", "No space left on device")]
    [InlineData("/nowhere/report.md", "Could not find a part of the path")]
    public async Task A_report_that_cannot_be_written_after_all_is_not_lost(string file, string why)
    {
        Assert.False(await DrillReportFile.WriteAsync(file, "report", _output, _error));

        Assert.Equal("report", _output.ToString());
        Assert.Matches($@"^natsprober drill: --report '{file}': {why}[^\n]*; the report is on standard output\n$", _error.ToString());
    }
}
