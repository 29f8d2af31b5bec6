using Cordum.NatsProber.RoundTrips;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.RoundTrips;

/// <summary>Names that a broker takes, that stay, and that no two probers share.</summary>
public sealed class JetStreamNamesTests
{
    private static readonly string[] Confusable =
        ["a", "b", "a_b", "a-b", "a.b", "a b", "b_c", "_", "", "a_b_c", "ä", "a_", "_b", "a\n", "\na", "A"];

    [Fact]
    public void Plain_names_stay_readable()
    {
        var names = JetStreamNames.For("zone-a", "prod");

        Assert.Equal("CORDUM_PROBE_zone-a_prod", names.Stream);
        Assert.Equal("_cordum.probe.zone-a.js.prod", names.Subject);
        Assert.Equal("CORDUM_PROBE_zone-a_prod", names.Bucket);
        Assert.Equal("KV_CORDUM_PROBE_zone-a_prod", names.BucketStream);
        Assert.Equal("$KV.CORDUM_PROBE_zone-a_prod.zone-a", names.KeySubject);
    }

    [Fact]
    public void They_never_change_between_runs() =>
        Assert.Equal("CORDUM_PROBE_zone_a_prod_485050a5", JetStreamNames.For("zone.a", "prod").Stream);

    [Fact]
    public void No_two_pairs_of_prober_and_cluster_share_a_name()
    {
        var pairs = (from prober in Confusable from cluster in Confusable select JetStreamNames.For(prober, cluster)).ToArray();

        Assert.Equal(pairs.Length, pairs.Select(names => names.Stream).Distinct().Count());
        Assert.Equal(pairs.Length, pairs.Select(names => names.Subject).Distinct().Count());
        Assert.Equal(pairs.Length, pairs.Select(names => names.KeySubject).Distinct().Count());
    }

    [Property]
    public void Brokers_and_clients_take_them(string? prober, string? cluster)
    {
        var names = JetStreamNames.For(prober ?? "", cluster ?? "");

        Assert.Matches("^[A-Za-z0-9_-]+$", names.BucketStream);
        Assert.Matches("^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*)+$", names.Subject);
        Assert.StartsWith($"_cordum.probe.{ProbeSubjects.Token(prober ?? "")}.", names.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Grants_name_its_own_streams_alone_and_deleting_is_apart()
    {
        var names = JetStreamNames.For("p", "c");

        Assert.Equal(
            [
                "$JS.API.INFO",
                "$JS.API.STREAM.INFO.CORDUM_PROBE_p_c",
                "$JS.API.STREAM.CREATE.CORDUM_PROBE_p_c",
                "$JS.API.STREAM.UPDATE.CORDUM_PROBE_p_c",
                "$JS.API.STREAM.MSG.GET.CORDUM_PROBE_p_c",
            ],
            names.StreamGrants);
        Assert.Equal(
            [
                "$JS.API.INFO",
                "$JS.API.STREAM.INFO.KV_CORDUM_PROBE_p_c",
                "$JS.API.STREAM.CREATE.KV_CORDUM_PROBE_p_c",
                "$JS.API.STREAM.UPDATE.KV_CORDUM_PROBE_p_c",
                "$JS.API.STREAM.MSG.GET.KV_CORDUM_PROBE_p_c",
                "$KV.CORDUM_PROBE_p_c.p",
            ],
            names.BucketGrants);
        Assert.Equal(["$JS.API.STREAM.DELETE.CORDUM_PROBE_p_c", "$JS.API.STREAM.DELETE.KV_CORDUM_PROBE_p_c"], names.CleanupGrants);
    }
}
