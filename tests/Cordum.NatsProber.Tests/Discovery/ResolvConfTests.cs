using Cordum.NatsProber.Discovery;

namespace Cordum.NatsProber.Tests.Discovery;

public sealed class ResolvConfTests
{
    private const string Kubernetes = """
        search default.svc.cluster.local svc.cluster.local cluster.local corp.example
        nameserver 10.96.0.10
        options ndots:5
        """;

    public static TheoryData<string, string> Servers => new()
    {
        { "nameserver 10.96.0.10", "10.96.0.10:53" },
        { "nameserver\t10.96.0.10  \r", "10.96.0.10:53" },
        { "nameserver 10.0.0.1\nnameserver fd00::53", "10.0.0.1:53 [fd00::53]:53" },
        { "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4", "10.0.0.1:53 10.0.0.2:53 10.0.0.3:53" },
        { "nameserver 10.0.0.1 # the first", "10.0.0.1:53" },
        { "nameserver [127.0.0.1]:5353\nnameserver [::1]:5354", "127.0.0.1:5353 [::1]:5354" },
        { "nameserver 0.0.0.0\nnameserver ::", "127.0.0.1:53 [::1]:53" },
        // What makes no sense, or is commented out, names none.
        { "", "" },
        { "# nameserver 10.0.0.1\n;nameserver 10.0.0.1\n nameserver 10.0.0.1\nnameserver\nnameserver dns.example\nnameservers 10.0.0.1", "" },
        { "nameserver [127.0.0.1]:0\nnameserver [127.0.0.1]:65536\nnameserver [127.0.0.1]\nnameserver [x]:53\nnameserver ]:53", "" },
    };

    public static TheoryData<string, string> Searches => new()
    {
        { "search a.example b.example", "a.example b.example" },
        { "search\ta.example.\t b.example ", "a.example b.example" },
        { "domain a.example", "a.example" },
        { "domain a.example ignored.example", "a.example" },
        { "search a.example b.example\nsearch c.example", "c.example" },
        { "search a.example\ndomain b.example", "b.example" },
        { "domain b.example\nsearch a.example", "a.example" },
        { "search a.example # not.this one", "a.example" },
        { "search a.example b..example -\u00e9.example", "a.example" },
        { "Search a.example", "host.example" },
        { "search", "host.example" },
        { "", "host.example" },
        { "search .", "" },
    };

    public static TheoryData<string, string, string> Candidates => new()
    {
        // Kubernetes: five dots or more go first as they stand.
        {
            Kubernetes, "cordum-nats.cordum.svc",
            "cordum-nats.cordum.svc.default.svc.cluster.local cordum-nats.cordum.svc.svc.cluster.local cordum-nats.cordum.svc.cluster.local "
            + "cordum-nats.cordum.svc.corp.example cordum-nats.cordum.svc"
        },
        { Kubernetes, "cordum-nats.cordum.svc.cluster.local.", "cordum-nats.cordum.svc.cluster.local" },
        {
            Kubernetes, "_nats._tcp.n.c.svc.x",
            "_nats._tcp.n.c.svc.x _nats._tcp.n.c.svc.x.default.svc.cluster.local _nats._tcp.n.c.svc.x.svc.cluster.local "
            + "_nats._tcp.n.c.svc.x.cluster.local _nats._tcp.n.c.svc.x.corp.example"
        },
        // Elsewhere: one dot.
        { "search a.example", "nats", "nats.a.example nats" },
        { "search a.example", "nats.prod", "nats.prod nats.prod.a.example" },
        { "search a.example", "nats.", "nats" },
        { "search a.example\noptions ndots:2", "nats.prod", "nats.prod.a.example nats.prod" },
        { "search a.example\noptions ndots:0", "nats", "nats nats.a.example" },
        { "search a.example\noptions timeout:1 ndots:3 rotate\noptions attempts:3", "a.b.c", "a.b.c.a.example a.b.c" },
        { "search a.example\noptions ndots:99", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.a.example" },
        { "search a.example\noptions ndots:x ndots:-1 ndots:", "nats.prod", "nats.prod nats.prod.a.example" },
        // The root among the search domains is the name as it stands, in its place, and not asked twice.
        { "search . a.example", "nats", "nats nats.a.example" },
        { "search a.example A.EXAMPLE", "nats", "nats.a.example nats" },
        // No domain name.
        { "search a.example", "a..b", "" },
        { "search a.example", ".", "" },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public void Reads_nameservers(string text, string servers) =>
        Assert.Equal(servers, string.Join(' ', ResolvConf.Parse(text, "host").Nameservers));

    [Theory]
    [MemberData(nameof(Searches))]
    public void Reads_search_domains(string text, string search) =>
        Assert.Equal(search, string.Join(' ', ResolvConf.Parse(text, "vm.host.example").Search));

    [Fact]
    public void A_host_without_a_domain_gives_no_search_list() => Assert.Empty(ResolvConf.Parse("nameserver 10.0.0.1", "vm").Search);

    [Theory]
    [MemberData(nameof(Candidates))]
    public void Completes_names_in_the_order_of_the_C_library(string text, string name, string candidates) =>
        Assert.Equal(candidates, string.Join(' ', ResolvConf.Parse(text, "host").Candidates(name)));

    [Fact]
    public void A_candidate_that_would_be_too_long_is_left_out()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 60), 4)); // 243

        Assert.Equal([name], ResolvConf.Parse("search example.example", "host").Candidates(name));
    }
}
