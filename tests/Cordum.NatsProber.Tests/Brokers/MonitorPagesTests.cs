using System.Text;
using Cordum.NatsProber.Brokers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Pages as brokers of both generations write them, and as nobody should.</summary>
public sealed class MonitorPagesTests
{
    private static MonitorReply Page(string json, int status = 200) => new MonitorReply.Answered(status, Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Varz_of_2_9()
    {
        var page = MonitorPages.Varz(Page("""
            {
              "server_id": "NCEQGML7ZDBQUV6H6GCEGT3U24HAMXQIEKFRYFBWSK3UB3X75M47XZ5H", "server_name": "n1", "version": "2.9.10", "proto": 1, "go": "go1.19.8",
              "host": "127.0.0.1", "port": 4222, "max_connections": 65536, "ping_interval": 120000000000, "ping_max": 2, "cluster": {}, "gateway": {}, "leaf": {},
              "jetstream": { "config": { "max_memory": 12467970048, "store_dir": "/data" }, "stats": { "api": { "total": 0, "errors": 0 } } },
              "write_deadline": 10000000000, "start": "2026-11-24T16:13:53.71197726Z", "now": "2026-11-24T16:13:56.030605093Z", "uptime": "2s", "mem": 12480512, "cpu": 1,
              "connections": 3, "total_connections": 17, "routes": 0, "slow_consumers": 2, "subscriptions": 47, "http_req_stats": { "/": 0, "/varz": 1 },
              "config_load_time": "2026-11-24T16:13:53.71197726Z", "system_account": "$SYS"
            }
            """))!;

        Assert.Equal(("NCEQGML7ZDBQUV6H6GCEGT3U24HAMXQIEKFRYFBWSK3UB3X75M47XZ5H", "n1", "2.9.10"), (page.ServerId, page.ServerName, page.Version));
        Assert.Equal((3, 17, 65536, 2, null), (page.Connections, page.TotalConnections, page.MaxConnections, page.SlowConsumers, page.StaleConnections));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 16, 13, 53, TimeSpan.Zero).AddTicks(7119772), page.Start);
        Assert.Equal(page.Start, page.ConfigLoadTime);
        Assert.Equal(TimeSpan.FromTicks(23186278), page.Now - page.Start);
    }

    [Fact]
    public void Varz_of_2_15_tells_of_stale_connections()
    {
        var page = MonitorPages.Varz(Page("""
            {
              "server_id": "NAEQUITZGJSE55DM22MKYUGVWJTJ2VWYN4ZL3ZAJP54V6C6BQKATVIL7", "server_name": "n2", "version": "2.15.1", "proto": 1, "max_connections": 65536,
              "cluster": { "name": "c", "addr": "127.0.0.1" }, "start": "2026-11-24T16:13:56.3+01:00", "now": "2026-11-24T16:13:58.3+01:00", "connections": 1, "total_connections": 1,
              "slow_consumers": 0, "slow_consumer_stats": { "clients": 0, "routes": 0, "gateways": 0, "leafs": 0 }, "stale_connections": 4,
              "stale_connection_stats": { "clients": 4, "routes": 0, "gateways": 0, "leafs": 0 }, "config_load_time": "2026-11-24T16:13:56.3+01:00", "config_digest": "sha256:00"
            }
            """))!;

        Assert.Equal(("2.15.1", 4L), (page.Version, page.StaleConnections));
        Assert.Equal(TimeSpan.FromSeconds(2), page.Now - page.Start);
    }

    [Fact]
    public void Connz_of_an_open_connection()
    {
        var page = MonitorPages.Connz(Page("""
            {
              "server_id": "NC", "now": "2026-11-24T16:13:55.674507377Z", "num_connections": 1, "total": 1, "offset": 0, "limit": 1, "connections": [
                { "cid": 4, "kind": "Client", "type": "nats", "ip": "127.0.0.1", "port": 51660, "start": "2026-11-24T16:13:55.207439415Z", "last_activity": "2026-11-24T16:13:55.208414878Z",
                  "rtt": "975µs", "uptime": "0s", "idle": "0s", "pending_bytes": 0, "in_msgs": 0, "name": "natsprober", "lang": ".NET", "version": "2.6.0", "subscriptions": 0 } ]
            }
            """))!;

        Assert.Equal(new ConnectionRecord(ConnectionFate.Open, CloseReason.Other, "", null, TimeSpan.FromTicks(9750)), page.Of(4));
        Assert.Null(page.Of(5));
    }

    [Fact]
    public void Connz_of_a_closed_connection()
    {
        var page = MonitorPages.Connz(Page("""
            {
              "server_id": "NA", "now": "2026-11-24T16:13:59Z", "num_connections": 1, "connections": [
                { "cid": 18446744073709551614, "kind": "Client", "stop": "2026-11-24T16:13:58.3Z", "reason": "Slow Consumer (Write Deadline)", "rtt": "1.5ms", "uptime": "0s" } ]
            }
            """))!;

        var stop = new DateTimeOffset(2026, 11, 24, 16, 13, 58, 300, TimeSpan.Zero);
        Assert.Equal(
            new ConnectionRecord(ConnectionFate.Closed, CloseReason.SlowConsumer, "Slow Consumer (Write Deadline)", stop, TimeSpan.FromMilliseconds(1.5)), page.Of(ulong.MaxValue - 1));
    }

    [Theory]
    [InlineData("""{"server_id":"NA","now":"2026-11-24T16:13:59Z","connections":[]}""")]
    [InlineData("""{"server_id":"NA","now":"2026-11-24T16:13:59Z","connections":null}""")]
    [InlineData("""{"server_id":"NA"}""")]
    [InlineData("""{"server_id":"NA","connections":[null,{"cid":1}]}""")]
    public void A_connection_that_is_not_among_them_has_no_record(string json) => Assert.Null(MonitorPages.Connz(Page(json))!.Of(7));

    [Theory]
    [InlineData("""{"server_id":"NA","num_routes":0,"routes":[]}""", 0)]
    [InlineData("""{"server_id":"NA"}""", 0)]
    [InlineData("""{"server_id":"NA","num_routes":4,"routes":[{"rid":6,"remote_id":"NB"},{"rid":7,"remote_id":"NB","account":"$SYS"},{"rid":8,"remote_id":"NC"},{"rid":9,"remote_id":"NB"}]}""", 2)]
    [InlineData("""{"server_id":"NA","num_routes":2,"routes":[{"rid":6,"remote_id":"NB"},{"rid":7},null]}""", 1)] // one is still shaking hands
    public void Several_routes_to_one_broker_are_one_peer(string json, int peers) => Assert.Equal(peers, MonitorPages.Routez(Page(json))!.Peers);

    [Theory]
    [InlineData("""{"server_id":"NA","now":"2026-11-24T16:13:59Z","memory":0,"streams":0}""", false, null)] // on its own
    [InlineData("""{"server_id":"NA","disabled":true}""", false, null)]
    [InlineData("""{"server_id":"NA","meta_cluster":{"name":"c","leader":"n2","peer":"ab","replicas":[],"cluster_size":3}}""", true, "n2")]
    [InlineData("""{"server_id":"NA","meta_cluster":{"name":"c","cluster_size":3}}""", true, null)] // no quorum
    public void The_meta_group_and_its_leader(string json, bool has, string? leader)
    {
        var page = MonitorPages.Jsz(Page(json))!;

        Assert.Equal((has, leader), (page.Meta is not null, page.Meta?.Leader));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("""{"server_id":""}""")]
    [InlineData("""{"server_id":null}""")]
    [InlineData("""{"server_id":7}""")]
    [InlineData("""{"server_id":"NA","connections":"many","routes":"many","disabled":"no","start":"soon"}""")]
    [InlineData("""{"server_id":"NA","connections":{},"routes":{},"meta_cluster":[],"now":1}""")]
    [InlineData("""{"server_id":"NA","connections":99999999999999999999,"routes":[1],"meta_cluster":1}""")]
    [InlineData("""{"server_id":"NA","connections":[{"cid":-1}],"routes":[{"remote_id":1}],"disabled":1}""")]
    [InlineData("""{"server_id":"NA","connections":[{"cid":1,"stop":"2026-13-01T00:00:00Z"}],"routes":[[]],"disabled":null}""")]
    [InlineData("""{"server_id":"NA" """)]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("\u0000\u0001\u0002")]
    public void What_is_no_such_page_is_none(string json)
    {
        Assert.Null(MonitorPages.Varz(Page(json)));
        Assert.Null(MonitorPages.Connz(Page(json)));
        Assert.Null(MonitorPages.Routez(Page(json)));
        Assert.Null(MonitorPages.Jsz(Page(json)));
    }

    /// <summary>Without them nothing can be said of when the process was started, and nothing of its clock.</summary>
    [Theory]
    [InlineData("""{"server_id":"NA","now":"2026-11-24T16:13:59Z"}""")]
    [InlineData("""{"server_id":"NA","start":"2026-11-24T16:13:59Z"}""")]
    public void A_varz_without_its_times_is_none(string json) => Assert.Null(MonitorPages.Varz(Page(json)));

    [Fact]
    public void Text_that_is_no_UTF_8_is_no_page()
    {
        byte[] body = [.. "{\"server_id\":\""u8, 0xff, 0xfe, .. "\"}"u8];

        Assert.Null(MonitorPages.Jsz(new MonitorReply.Answered(200, body)));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(204)]
    public void Only_200_brings_a_page(int status) => Assert.Null(MonitorPages.Jsz(Page("""{"server_id":"NA"}""", status)));

    [Fact]
    public void No_answer_brings_no_page()
    {
        Assert.Null(MonitorPages.Connz(new MonitorReply.Failed(BrokerView.Unreachable, "Connection refused")));
        Assert.Null(MonitorPages.Connz(new MonitorReply.Lives()));
    }

    [Property(MaxTest = 500)]
    public Property No_bytes_make_it_throw() => Prop.ForAll<byte[]>(bytes => MonitorPages.Connz(new MonitorReply.Answered(200, bytes)) is null);
}
