using System.Text;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Tests.Benchmarks.Scale;

public sealed class FleetTests
{
    [Fact]
    public void Every_endpoint_has_an_address_of_its_own()
    {
        var fleet = new Fleet(5000);

        var urls = Enumerable.Range(0, fleet.Clusters).SelectMany(c => Enumerable.Range(0, Fleet.Brokers).Select(b => Fleet.Url(c, b, 4222))).ToHashSet();

        Assert.Equal(5000, urls.Count);
        Assert.Equal("nats://127.1.0.1:4222", Fleet.Url(0, 0, 4222));
        Assert.Equal("nats://127.2.249.10:4222", Fleet.Url(499, 9, 4222));
    }

    [Fact]
    public void Every_link_is_found_by_the_name_that_it_has()
    {
        var fleet = new Fleet(120);
        foreach (var link in Enumerable.Range(0, fleet.Links))
        {
            var name = Fleet.NameOf(link).Split('/');
            Assert.Equal(link, fleet.LinkOf(Encoding.ASCII.GetBytes(name[0]), Encoding.ASCII.GetBytes(name[1])));
        }

        Assert.Equal("c11/_cluster", Fleet.NameOf(fleet.Links - 1));
    }

    [Theory]
    [InlineData("c12", "e0")]
    [InlineData("c1", "e10")]
    [InlineData("c1x", "e1")]
    [InlineData("", "")]
    public void What_is_no_link_of_it_is_not_found(string cluster, string endpoint) =>
        Assert.Equal(-1, new Fleet(120).LinkOf(Encoding.ASCII.GetBytes(cluster), Encoding.ASCII.GetBytes(endpoint)));

    [Fact]
    public void It_holds_whole_clusters_only() => Assert.Throws<ArgumentOutOfRangeException>(() => new Fleet(15));

    [Theory]
    [InlineData("Max open files            1024                 20000                files     ", 20000)]
    [InlineData("Max open files            1024                 unlimited            files     ", long.MaxValue)]
    public void The_limit_of_open_files_is_the_hard_one(string line, long expected) =>
        Assert.Equal(expected, OpenFiles.LimitIn($"Limit                     Soft Limit           Hard Limit           Units     \n{line}\nMax pending signals       1   2   signals"));
}
