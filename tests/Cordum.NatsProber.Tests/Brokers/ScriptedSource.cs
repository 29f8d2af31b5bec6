using System.Collections.Concurrent;
using System.Text;
using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>A source that answers as the test says. Where it is given no answer, it hangs until nobody waits any longer.</summary>
internal sealed class ScriptedSource(SourceKind kind, Func<BrokerQuestion, MonitorReply?> answers) : IBrokerSource
{
    public SourceKind Kind => kind;

    /// <summary>What it was asked, the oldest first.</summary>
    public ConcurrentQueue<BrokerQuestion> Asked { get; } = new();

    /// <summary>How many questions hang.</summary>
    public int Hanging => _hanging;

    private int _hanging;

    public static MonitorReply Page(string json) => new MonitorReply.Answered(200, Encoding.UTF8.GetBytes(json));

    /// <summary>A broker that answers everything about itself.</summary>
    /// <param name="question">What it is asked.</param>
    /// <param name="serverId">Its process.</param>
    /// <param name="state">Its state in words of <c>/healthz</c>.</param>
    /// <param name="connections">JSON of the connections that it is asked for.</param>
    public static MonitorReply Broker(BrokerQuestion question, string serverId, string state = "ok", string connections = "") => question.Service switch
    {
        "HEALTHZ" => new MonitorReply.Answered(state == "ok" ? 200 : 503, Encoding.UTF8.GetBytes($$"""{"status":"{{state}}","error":"not current"}""")),
        "VARZ" => Page($$"""{"server_id":"{{serverId}}","start":"2026-01-01T00:00:00Z","now":"2026-01-01T00:01:00Z","config_load_time":"2026-01-01T00:00:00Z","connections":3,"max_connections":99}"""),
        "CONNZ" => Page($$"""{"server_id":"{{serverId}}","connections":[{{connections}}]}"""),
        "ROUTEZ" => Page($$"""{"server_id":"{{serverId}}","routes":[{"remote_id":"B"},{"remote_id":"C"},{"remote_id":"B"}]}"""),
        "JSZ" => Page($$"""{"server_id":"{{serverId}}","meta_cluster":{"leader":"n2"} }"""),
        _ => throw new ArgumentOutOfRangeException(nameof(question), question, null),
    };

    public async Task<MonitorReply> AskAsync(BrokerQuestion question, CancellationToken stop)
    {
        Asked.Enqueue(question);
        if (answers(question) is { } reply)
            return reply;
        Interlocked.Increment(ref _hanging);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }

        throw new InvalidOperationException("An infinite wait has ended.");
    }
}
