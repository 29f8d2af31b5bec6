using System.Net;
using Cordum.NatsProber.Discovery;
using DnsClient;
using DnsClient.Protocol;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>What the answers for A and AAAA say together: every pair of them.</summary>
public sealed class AddressAnswersTests
{
    private const string V4 = "10.0.0.1";
    private const string V6 = "fd00-0000-0000-0000-0000-0000-0000-0001";

    /// <summary>Addresses: what there is. None: "no such record". Missing: "no such name". Failed: no answer.</summary>
    [Theory]
    [InlineData("addresses", "addresses", "", "both")]
    [InlineData("addresses", "none", "", "v4")]
    [InlineData("none", "addresses", "", "v6")]
    [InlineData("addresses", "none", V6, "v4")] // said to be gone, by a server that knows
    [InlineData("none", "none", V4, "nothing")]
    [InlineData("missing", "missing", V4, "no name")]
    // Servers that are made to say "none" to every AAAA, and others that do not know AAAA.
    [InlineData("missing", "none", "", "no name")]
    [InlineData("none", "missing", "", "no name")]
    [InlineData("addresses", "missing", "", "v4")]
    // One is not answered: all right where nothing of its kind was known.
    [InlineData("addresses", "failed", "", "v4 for now")]
    [InlineData("addresses", "failed", V4, "v4 for now")]
    [InlineData("failed", "addresses", V6, "v6 for now")]
    [InlineData("addresses", "failed", V4 + " " + V6, "failure")]
    [InlineData("addresses", "failed", V6, "failure")]
    [InlineData("failed", "addresses", V4, "failure")]
    // Nothing, and half of it for lack of an answer.
    [InlineData("none", "failed", "", "failure")]
    [InlineData("missing", "failed", "", "failure")]
    [InlineData("failed", "none", "", "failure")]
    [InlineData("failed", "failed", "", "failure")]
    // An alias of nothing exists.
    [InlineData("dangling", "dangling", "", "no such target")]
    [InlineData("dangling", "none", "", "no such target")]
    public void Both_together(string v4, string v6, string known, string expected) =>
        Assert.Equal(expected, Say(Family(v4, ResourceRecordType.A), Family(v6, ResourceRecordType.AAAA), known.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void An_answer_that_is_half_missing_is_asked_for_again_soon()
    {
        var joined = AddressAnswers.Join("nats.example", Family("addresses", ResourceRecordType.A), Family("failed", ResourceRecordType.AAAA), []);

        Assert.Equal(TimeSpan.Zero, joined.Ttl);
        Assert.Equal("AAAA is silent", joined.Unanswered);
    }

    private static string Say(FamilyAnswer v4, FamilyAnswer v6, string[] known)
    {
        try
        {
            return AddressAnswers.Join("nats.example", v4, v6, known) switch
            {
                { Exists: false, Addresses: [] } => "no name",
                { Addresses: [] } => "nothing",
                { Addresses: [_, _] } => "both",
                var one => (one.Addresses[0].ToString() == V4 ? "v4" : "v6") + (one.Unanswered is null ? "" : " for now"),
            };
        }
        catch (DiscoveryException e)
        {
            return e.Problem switch
            {
                DiscoveryProblem.Timeout => "failure",
                DiscoveryProblem.NoSuchName when e.Message.Contains("target.example", StringComparison.Ordinal) => "no such target",
                _ => e.Message,
            };
        }
    }

    private static FamilyAnswer Family(string what, ResourceRecordType type)
    {
        var info = new ResourceRecordInfo("nats.example", type, QueryClass.IN, 30, 0);
        DnsResourceRecord record = type == ResourceRecordType.A ? new ARecord(info, IPAddress.Parse(V4)) : new AaaaRecord(info, IPAddress.Parse("fd00::1"));
        return what switch
        {
            "addresses" => new(new DnsAnswer("nats.example", [record], TimeSpan.FromSeconds(30), Exists: true, IsAliased: false), null),
            "none" => new(new DnsAnswer("nats.example", [], TimeSpan.MaxValue, Exists: true, IsAliased: false), null),
            "missing" => new(new DnsAnswer("nats.example", [], TimeSpan.MaxValue, Exists: false, IsAliased: false), null),
            "dangling" => new(new DnsAnswer("target.example", [], TimeSpan.FromSeconds(30), Exists: false, IsAliased: true), null),
            _ => new(null, new DiscoveryException(DiscoveryProblem.Timeout, $"{type} is silent")),
        };
    }
}
