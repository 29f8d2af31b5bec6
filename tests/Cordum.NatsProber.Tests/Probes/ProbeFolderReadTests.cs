using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

public class ProbeFolderReadTests
{
    [Fact]
    public void A_folder_is_read_in_order_without_hidden_files_other_files_and_subfolders()
    {
        using var folder = new ProbeFolder();
        folder.Put("b.yml", File("b"));
        folder.Put("a.yaml", File("a"));
        folder.Put("c.YAML", File("c"));
        folder.Put(".d.yaml", "broken");
        folder.Put("e.json", "broken");
        folder.Put("sub/f.yaml", "broken");

        var read = ProbeFileReader.Read(folder.Root);

        Assert.Empty(read.Errors);
        Assert.Equal(["a", "b", "c"], read.Files.Select(f => f.Cluster));
        Assert.Equal(Path.Combine(folder.Root, "a.yaml"), read.Files[0].Path);
    }

    [Fact]
    public void Errors_of_all_files_are_found_and_sound_files_are_still_returned()
    {
        using var folder = new ProbeFolder();
        folder.Put("a.yaml", "cluster: 1\n");
        folder.Put("b.yaml", File("b"));
        folder.Put("c.yaml", "[");

        var read = ProbeFileReader.Read(folder.Root);

        Assert.Equal(["a.yaml", "a.yaml", "c.yaml"], read.Errors.Select(e => Path.GetFileName(e.File)));
        Assert.Equal("b", Assert.Single(read.Files).Cluster);
    }

    [Fact]
    public void Two_files_of_one_cluster_are_an_error_in_the_second()
    {
        using var folder = new ProbeFolder();
        folder.Put("a.yaml", File("same"));
        folder.Put("b.yaml", File("same"));

        var error = Assert.Single(ProbeFileReader.Read(folder.Root).Errors);

        Assert.Equal(("b.yaml", 1, 10), (Path.GetFileName(error.File), error.Line, error.Column));
        Assert.Contains("a.yaml", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_an_error()
    {
        using var folder = new ProbeFolder();

        Assert.Contains("holds no probe file", Assert.Single(ProbeFileReader.Read(folder.Root).Errors).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.yaml")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_file_that_is_not_there_is_an_error(string path) =>
        Assert.Contains("cannot be read", Assert.Single(ProbeFileReader.Read(path).Errors).Problem, StringComparison.Ordinal);

    private static string File(string cluster) => $"cluster: {cluster}\nendpoints: [{{ name: a, url: \"nats://h\" }}]\n";
}
