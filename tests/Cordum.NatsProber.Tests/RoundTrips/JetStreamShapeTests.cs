using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Tests.RoundTrips;

/// <summary>When a stream that is there is left alone, updated, or left to people; and what was read back from it.</summary>
public sealed class JetStreamShapeTests
{
    private static readonly JetStreamShape Wanted =
        JetStreamShape.OfStream(JetStreamNames.For("p", "c"), "p", "c", replicas: 3, onDisk: false);

    private static readonly JetStreamFound AsWanted =
        new(3, false, JetStreamShape.MaxMessages, JetStreamShape.MaxBytes, JetStreamShape.MaxMessageBytes, JetStreamShape.MaxAge, -1, false, [Wanted.Subject]);

    [Fact]
    public void A_stream_as_wanted_is_left_alone() => Assert.Null(Wanted.Compare(AsWanted).Differences);

    [Fact]
    public void Every_other_difference_is_named_and_can_be_updated()
    {
        (string Name, JetStreamFound Found)[] others =
        [
            ("replicas 1 -> 3", AsWanted with { Replicas = 1 }),
            ("max_msgs -1 -> 64", AsWanted with { MaxMessages = -1 }),
            ("max_bytes -1 -> 65536", AsWanted with { MaxBytes = -1 }),
            ("max_msg_size -1 -> 1024", AsWanted with { MaxMessageBytes = -1 }),
            ("max_age 00:00:00 -> 00:10:00", AsWanted with { MaxAge = TimeSpan.Zero }),
            ("max_msgs_per_subject 1 -> -1", AsWanted with { MaxMessagesPerSubject = 1 }),
            ("allow_direct True -> False", AsWanted with { AllowDirect = true }),
            ("subjects a b -> _cordum.probe.p.js.c", AsWanted with { Subjects = ["a", "b"] }),
        ];

        Assert.All(others, other => Assert.Equal(new JetStreamDrift(true, other.Name), Wanted.Compare(other.Found)));
    }

    [Fact]
    public void Another_storage_is_for_people_to_decide()
    {
        var drift = Wanted.Compare(AsWanted with { OnDisk = true, Replicas = 1 });

        Assert.False(drift.CanBeUpdated);
        Assert.Equal("it is kept on disk, and should be in memory", drift.Differences);
    }

    [Fact]
    public void A_bucket_keeps_one_value_of_each_key() =>
        Assert.Equal(1, JetStreamShape.OfBucket(JetStreamNames.For("p", "c"), "p", "c", 1, true).MaxMessagesPerSubject);

    [Theory]
    [InlineData(7, "sent", nameof(JetStreamReadBack.Same))]
    [InlineData(7, "other", nameof(JetStreamReadBack.Replaced))]
    [InlineData(6, "sent", nameof(JetStreamReadBack.Missing))]
    [InlineData(8, "sent", nameof(JetStreamReadBack.Overwritten))]
    public void What_was_read_is_held_against_what_was_acknowledged(int found, string stored, string expected) =>
        Assert.Equal(expected, JetStreamReadBacks.Judge(7, "sent"u8, (ulong)found, System.Text.Encoding.ASCII.GetBytes(stored)).ToString());

    [Theory]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void A_message_that_a_purge_removed_is_not_lost(int first, bool isLoss) => Assert.Equal(isLoss, JetStreamReadBacks.IsLoss(7, (ulong)first));
}
