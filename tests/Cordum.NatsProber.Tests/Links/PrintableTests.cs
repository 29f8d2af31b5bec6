using Cordum.NatsProber.Links;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("CN=nats-0, O=Größe GmbH", "CN=nats-0, O=Größe GmbH")]
    [InlineData("a\nb\r\tc\u001b[31md\0", "a.b..c.[31md.")]
    [InlineData("evil\u202Etxt\u2028\u2029\u200b", "evil.txt...")]
    public void What_steers_a_terminal_becomes_dots(string text, string printable) => Assert.Equal(printable, Printable.Of(text));

    [Property(MaxTest = 500)]
    public void It_is_one_line_and_short(string? text)
    {
        var printable = Printable.Of(string.Concat(Enumerable.Repeat(text ?? "", 50)));

        Assert.DoesNotContain(printable, char.IsControl);
        Assert.InRange(printable.Length, 0, 201);
    }
}
