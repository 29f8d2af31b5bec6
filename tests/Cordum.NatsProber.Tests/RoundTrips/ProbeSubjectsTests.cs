using Cordum.NatsProber.RoundTrips;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.RoundTrips;

public sealed class ProbeSubjectsTests
{
    private static readonly ProbeSubjects Subjects = ProbeSubjects.For("eu-1", "cordum-prod", "nats-0");

    private static readonly ProbeSubjects Other = ProbeSubjects.For("eu-1", "cordum.other", "10.0.0.1");

    [Fact]
    public void All_subjects_lie_below_the_probers_own_prefix()
    {
        foreach (var subject in new[]
        {
            Subjects.Request, Subjects.AnyReply, Subjects.Reply(7), Subjects.AnyNumbered, Subjects.Numbered(Other, 7), Subjects.AnyRouteReply(Other), Subjects.RouteReply(Other, 7),
        })
            Assert.Matches(@"^_cordum\.probe\.eu-1\.[0-9a-f]{8}\.cordum-prod\.nats-0\.", subject);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void A_reply_subject_carries_its_number_and_is_heard(long number)
    {
        var reply = Subjects.Reply(number);

        Assert.Equal(number, ProbeSubjects.NumberOf(reply));
        Assert.StartsWith(Subjects.AnyReply[..^1], reply, StringComparison.Ordinal);
        Assert.DoesNotContain('.', reply[(Subjects.AnyReply.Length - 1)..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b.")]
    [InlineData("a.b.x")]
    [InlineData("a.b.99999999999999999999")]
    [InlineData("a.b.1x")]
    public void A_subject_without_a_number_has_the_number_of_no_request(string subject) => Assert.Equal(0, ProbeSubjects.NumberOf(subject));

    [Fact]
    public void A_numbered_message_says_where_it_is_from_and_which_it_is()
    {
        var subject = Subjects.Numbered(Other, 42);

        Assert.Equal((Other.Place, 42), (ProbeSubjects.PlaceOf(subject), ProbeSubjects.NumberOf(subject)));
        Assert.Equal(Subjects.AnyNumbered.Split('.').Length, subject.Split('.').Length); // each * stands for one token
        Assert.StartsWith(Subjects.AnyNumbered[..^5], subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Replies_over_a_route_are_heard_by_that_route_alone()
    {
        Assert.StartsWith(Subjects.AnyRouteReply(Other)[..^1], Subjects.RouteReply(Other, 42), StringComparison.Ordinal);
        Assert.Equal(42, ProbeSubjects.NumberOf(Subjects.RouteReply(Other, 42)));
        Assert.NotEqual(Subjects.AnyRouteReply(Other), Subjects.AnyRouteReply(ProbeSubjects.For("eu-1", "cordum.other", "10.0.0.2")));
        Assert.NotEqual(Subjects.AnyReply, Subjects.AnyRouteReply(Other));
    }

    [Fact]
    public void Numbered_messages_go_to_the_route_that_sent_them()
    {
        var messages = new NumberedMessages();
        var arrived = new List<long>();
        messages.Expect(Other.Place, arrived.Add);

        messages.Deliver(Subjects.Numbered(Other, 1));
        messages.Deliver(Subjects.Numbered(Subjects, 2)); // nobody expects those
        messages.Forget(Other.Place);
        messages.Deliver(Subjects.Numbered(Other, 3));

        Assert.Equal([1], arrived);
    }

    [Fact]
    public void Requests_are_not_heard_as_replies() => Assert.NotEqual(Subjects.AnyReply.Split('.')[^2], Subjects.Request.Split('.')[^1]);

    [Fact]
    public void The_subjects_stay_the_same_for_the_whole_run() => Assert.Equal(Subjects, ProbeSubjects.For("eu-1", "cordum-prod", "nats-0"));

    [Fact]
    public void Two_endpoints_have_different_subjects() =>
        Assert.NotEqual(Subjects.Request, ProbeSubjects.For("eu-1", "cordum-prod", "nats-1").Request);

    /// <summary>No wildcard, no white space, no further token, whatever a machine or a prober is called.</summary>
    [Property(MaxTest = 1000)]
    public void Any_name_makes_a_subject_that_a_broker_takes(string? name)
    {
        var request = ProbeSubjects.For(name ?? "", "c", "e").Request;

        Assert.Equal(7, request.Split('.').Length);
        Assert.DoesNotContain(request, c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '>' || c > '~');
    }
}
