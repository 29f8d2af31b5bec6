using System.Text;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.RoundTrips;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class HealthAnswerTests
{
    private static BrokerWord Read(int status, byte[] body) => HealthAnswer.Read(new MonitorReply.Answered(status, body));

    private static BrokerWord Read(int status, string body) => Read(status, Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(200, """{"status":"ok"}""", BrokerView.Healthy, "")]
    [InlineData(200, """{"status":"ok","status_code":200,"errors":[]}""", BrokerView.Healthy, "")]
    [InlineData(503, """{"status":"error","error":"failed to be ready for connections after 1ms: server"}""", BrokerView.Unhealthy, "failed to be ready for connections after 1ms: server")] // 2.9.10
    [InlineData(500, """{"status":"error","error":"failed to be ready for connections after 1ms: server"}""", BrokerView.Unhealthy, "failed to be ready for connections after 1ms: server")] // 2.15.1
    [InlineData(503, """{"status":"unavailable","error":"JetStream has not established contact with a meta leader"}""", BrokerView.Unhealthy, "JetStream has not established contact with a meta leader")]
    [InlineData(200, """{"status":"error"}""", BrokerView.Unhealthy, "error")] // its word counts, not its code
    [InlineData(500, """{"status":"error","error":7}""", BrokerView.Unhealthy, "error")]
    [InlineData(500, "{\"status\":\"error\",\"error\":\"a\\u001b[2Jb\\nc\"}", BrokerView.Unhealthy, "a.[2Jb.c")]
    [InlineData(500, """{"status":"ok"}""", BrokerView.Malformed, "HTTP 500, with the word ok")]
    [InlineData(204, """{"status":"ok"}""", BrokerView.Malformed, "HTTP 204, with the word ok")]
    [InlineData(401, """{"status":"ok"}""", BrokerView.Denied, "HTTP 401: ")]
    [InlineData(403, "", BrokerView.Denied, "HTTP 403: ")]
    [InlineData(407, "", BrokerView.Denied, "HTTP 407: ")]
    [InlineData(302, """{"status":"ok"}""", BrokerView.Malformed, "a redirect, which is not followed")]
    [InlineData(404, "404 page not found\n", BrokerView.Malformed, "HTTP 404, there is no /healthz")]
    [InlineData(503, "<html>503 Service Temporarily Unavailable</html>", BrokerView.Malformed, "HTTP 503, and not a broker's word")] // a proxy's
    [InlineData(200, "", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, "ok", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, "\"ok\"", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, "null", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, "[{\"status\":\"ok\"}]", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, "{}", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, """{"status":true}""", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, """{"status":""}""", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, """{"status":"ok" """, BrokerView.Malformed, "HTTP 200, and not")] // cut off
    [InlineData(200, """{"status":"ok"}{"status":"ok"}""", BrokerView.Malformed, "HTTP 200, and not")]
    [InlineData(200, """{"Status":"ok"}""", BrokerView.Malformed, "HTTP 200, and not")]
    public void An_answer_is_the_brokers_word_or_says_why_it_is_none(int status, string body, BrokerView view, string detail)
    {
        var word = Read(status, body);

        Assert.Equal(view, word.View);
        Assert.Contains(detail, word.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_is_one_short_line() => Assert.InRange(Read(500, $$"""{"status":"error","error":"{{new string('x', 10_000)}}"}""").Detail.Length, 1, 201);

    [Property]
    public void Whatever_comes_is_read(int status, byte[]? body) =>
        Assert.Contains(Read(status, body ?? []).View, (BrokerView[])[BrokerView.Malformed, BrokerView.Denied]); // no heap of random bytes is a broker's word

    [Theory]
    [InlineData(BrokerView.Healthy, Outcome.Success)]
    [InlineData(BrokerView.Unhealthy, Outcome.Unhealthy)]
    [InlineData(BrokerView.Unreachable, Outcome.Unreachable)]
    [InlineData(BrokerView.Timeout, Outcome.Timeout)]
    [InlineData(BrokerView.Denied, Outcome.Error)]
    [InlineData(BrokerView.Tls, Outcome.Error)]
    [InlineData(BrokerView.Malformed, Outcome.Error)]
    public void Every_view_has_an_outcome_that_the_probe_has(BrokerView view, Outcome outcome)
    {
        Assert.Equal(outcome, new BrokerWord(view, "").Outcome);
        Assert.Contains(outcome, ProbeKinds.Outcomes(ProbeKind.Broker));
    }

    [Fact]
    public void Nothing_is_no_outcome() => Assert.Throws<InvalidOperationException>(() => BrokerWord.None.Outcome);

    [Fact]
    public void Text_that_is_no_UTF_8_is_no_word()
    {
        byte[] body = [.. "{\"status\":\""u8, 0xff, 0xfe, .. "\"}"u8];

        Assert.Equal(BrokerView.Malformed, HealthAnswer.Read(new MonitorReply.Answered(200, body)).View);
    }
}
