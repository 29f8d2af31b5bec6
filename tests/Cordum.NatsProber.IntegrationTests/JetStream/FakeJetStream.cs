using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Cordum.NatsProber.RoundTrips;
using NATS.Client.Core;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>
/// Answers for JetStream over a broker that has none, with one stream in which messages can go missing: what a real one does only when it is badly broken.
/// </summary>
internal sealed class FakeJetStream : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly JetStreamNames _names;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ulong, byte[]> _stored = new();
    private readonly List<Task> _serving = [];
    private ulong _last;

    private FakeJetStream(string url, JetStreamNames names)
    {
        _connection = new NatsConnection(new NatsOpts { Url = url });
        _names = names;
    }

    /// <summary>What becomes of a message that was acknowledged: stored as it is by default, null for lost.</summary>
    public Func<byte[], byte[]?> Store { get; set; } = payload => payload;

    /// <summary>Whether messages are acknowledged at all.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>How many readings of a message find nothing before it is found.</summary>
    public int LateBy { get; set; }

    /// <summary>Added to the numbers under which messages are found.</summary>
    public ulong Ahead { get; set; }

    /// <summary>The first sequence number in the stream; by default that of the first message.</summary>
    public ulong First { get; set; } = 1;

    /// <summary>Messages that were published.</summary>
    public ulong Published => Volatile.Read(ref _last);

    public static async Task<FakeJetStream> StartAsync(string url, JetStreamNames names)
    {
        var fake = new FakeJetStream(url, names);
        await fake._connection.ConnectAsync();
        await fake.ServeAsync("$JS.API.INFO", _ => "{}");
        await fake.ServeAsync($"$JS.API.STREAM.INFO.{names.Stream}", _ => fake.Information());
        await fake.ServeAsync($"$JS.API.STREAM.MSG.GET.{names.Stream}", fake.Read);
        await fake.ServeAsync(names.Subject, fake.Publish);
        await fake._connection.PingAsync();
        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_serving);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(string subject, Func<byte[], string?> answer)
    {
        var questions = await _connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: _stop.Token);
        _serving.Add(AnswerAsync());

        async Task AnswerAsync()
        {
            try
            {
                await foreach (var question in questions.Msgs.ReadAllAsync(_stop.Token))
                {
                    if (answer(question.Data ?? []) is { } json)
                        await question.ReplyAsync(Encoding.UTF8.GetBytes(json), cancellationToken: _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Told to stop.
            }
        }
    }

    private string? Publish(byte[] payload)
    {
        var sequence = Interlocked.Increment(ref _last);
        if (!Acknowledges)
            return null;
        if (Store(payload) is { } stored)
            _stored[sequence] = stored;
        return $$"""{"stream":"{{_names.Stream}}","seq":{{sequence}}}""";
    }

    private string Read(byte[] question)
    {
        var sequence = ulong.Parse(Encoding.UTF8.GetString(question).Split(':')[1].TrimEnd('}'), CultureInfo.InvariantCulture);
        if (LateBy > 0 || !_stored.TryGetValue(sequence, out var stored))
        {
            LateBy--;
            return """{"error":{"code":404,"err_code":10037,"description":"no message found"}}""";
        }

        return $$$"""{"message":{"subject":"{{{_names.Subject}}}","seq":{{{sequence + Ahead}}},"data":"{{{Convert.ToBase64String(stored)}}}","time":"2026-11-24T09:00:00Z"}}""";
    }

    private string Information() =>
        $$$"""
        {"config":{"name":"{{{_names.Stream}}}","subjects":["{{{_names.Subject}}}"],"retention":"limits","max_consumers":-1,"max_msgs":64,"max_bytes":65536,
        "max_age":600000000000,"max_msgs_per_subject":-1,"max_msg_size":1024,"storage":"memory","discard":"old","num_replicas":1},
        "created":"2026-11-24T09:00:00Z","state":{"messages":1,"bytes":1,"first_seq":{{{First}}},"last_seq":{{{_last}}},"consumer_count":0},"cluster":{"leader":"n1"}}
        """;
}
