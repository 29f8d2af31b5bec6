using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary><c>toClusters</c>: names that only the other files can prove.</summary>
public sealed class OtherClustersTests : IDisposable
{
    private readonly ProbeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_of_a_folder_may_name_each_other_the_later_ones_too()
    {
        Put("a", "[b, c]");
        Put("b", "[a]");
        Put("c", "[]");

        var read = ProbeFileReader.Read(_folder.Root);

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
        Assert.Equal([["b", "c"], ["a"], []], read.Files.Select(file => file.Probes.Route!.ToClusters));
    }

    [Theory]
    [InlineData("[east, nowhere]", 39, "probes.route.toClusters: no file describes a cluster nowhere", "put its file beside this one, or name one that is there: east, west")]
    [InlineData("[east, wets]", 39, "probes.route.toClusters: no file describes a cluster wets", "did you mean west?")]
    [InlineData("[EAST]", 33, "probes.route.toClusters: no file describes a cluster EAST", "did you mean east?")]
    [InlineData("[east, own]", 39, "probes.route.toClusters: own is this file's own cluster", "remove it")]
    [InlineData("[east, west, east]", 45, "probes.route.toClusters: east is named twice, first in line 3", "remove one")]
    [InlineData("[east, _cluster]", 39, "probes.route.toClusters: '_cluster' is not a name", "1 to 63 letters")]
    [InlineData("[east, 5]", 39, "an entry of probes.route.toClusters must be a text, not a number", "put it in quotes: \"5\"")]
    [InlineData("[east, ~]", 39, "an entry of probes.route.toClusters has no value", "write a text")]
    [InlineData("[east, '']", 39, "an entry of probes.route.toClusters is empty", "write a value")]
    [InlineData("[east, [west]]", 39, "an entry of probes.route.toClusters must be a text, not a list", "write a text")]
    [InlineData("[east, { west: 1 }]", 39, "an entry of probes.route.toClusters must be a text, not a mapping", "write a text")]
    [InlineData("east", 32, "probes.route.toClusters must be a list, not a text", "toClusters: [west]")]
    [InlineData("~", 32, "probes.route.toClusters has no value", "toClusters: [west]")]
    public void A_wrong_name_is_an_error_at_its_place(string toClusters, int column, string problem, string remedy)
    {
        var own = Put("own", toClusters);
        Put("east", "[]");
        Put("west", "[]");

        var read = ProbeFileReader.Read(_folder.Root);

        var error = Assert.Single(read.Errors);
        Assert.Equal((own, 3, column, problem), (error.File, error.Line, error.Column, error.Problem));
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.Equal(["east", "west"], read.Files.Select(file => file.Cluster));
    }

    [Fact]
    public void A_file_that_is_read_alone_cannot_name_another_cluster()
    {
        Put("west", "[]");

        var error = Assert.Single(ProbeFileReader.Read(Put("own", "[west]")).Errors);

        Assert.Equal("probes.route.toClusters: no file describes a cluster west", error.Problem);
        Assert.Equal("put this file and the one of west into a folder, and give that folder to --probes", error.Remedy);
    }

    [Theory]
    [InlineData("cluster: west\nhello: 1\n")]
    [InlineData("cluster: west\ncluster: [")]
    [InlineData("cluster: west!\nendpoints: [{ name: a, url: \"nats://h\" }]\n")]
    [InlineData("hello: 1\n")]
    [InlineData("")]
    public void A_file_that_may_describe_the_cluster_but_has_errors_makes_no_second_error(string west)
    {
        Put("own", "[west]");
        var broken = _folder.Put("x.yaml", west);

        var errors = ProbeFileReader.Read(_folder.Root).Errors;

        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Equal(broken, error.File));
    }

    [Fact]
    public void A_broken_file_whose_cluster_is_known_excuses_no_other_name()
    {
        Put("own", "[nowhere]");
        _folder.Put("x.yaml", "cluster: west\nhello: 1\n");

        Assert.Contains(ProbeFileReader.Read(_folder.Root).Errors, error => error.Problem.EndsWith("no file describes a cluster nowhere", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_that_the_other_files_show_stand_in_order_with_the_rest()
    {
        var own = Put("own", "[nowhere]");
        File.AppendAllText(own, "hello: 1\n");
        Put("west", "[own, own]");

        Assert.Equal(
            ["own.yaml:3:33", "own.yaml:4:1", "west.yaml:3:38"],
            ProbeFileReader.Read(_folder.Root).Errors.Select(e => $"{Path.GetFileName(e.File)}:{e.Line}:{e.Column}"));
    }

    private string Put(string cluster, string toClusters) => _folder.Put(
        $"{cluster}.yaml",
        $"cluster: {cluster}\nendpoints: [{{ name: a, url: \"nats://h\" }}, {{ name: b, url: \"nats://i\" }}]\nprobes: {{ route: {{ toClusters: {toClusters} }} }}\n");
}
