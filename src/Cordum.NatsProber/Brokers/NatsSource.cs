using System.Globalization;
using System.Text;
using System.Text.Json;
using Cordum.NatsProber.Links;
using NATS.Client.Core;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Asks about one broker over NATS, through whichever broker there is a connection to: so a broker can be heard of to which the prober's own way is cut. Every server of the cluster
/// gets the question; the filter has the one that is meant answer it.
/// </summary>
/// <param name="kind">With the system account's credentials, or with the prober's own.</param>
/// <param name="observers">The connections to ask over.</param>
/// <param name="endpoint">The broker's endpoint.</param>
/// <param name="serverName">The broker's name, as far as it is known.</param>
/// <param name="isOpen">Whether the endpoint's link is open: then a first connection to ask over is on its way, too.</param>
internal sealed class NatsSource(SourceKind kind, Observers observers, string endpoint, Func<string?> serverName, Func<bool> isOpen) : IBrokerSource
{
    private const int Ok = 200;

    private volatile Observer? _inVain;

    public SourceKind Kind => kind;

    public async Task<MonitorReply> AskAsync(BrokerQuestion question, CancellationToken stop)
    {
        if (serverName() is not { } name)
            return new MonitorReply.Failed(BrokerView.Unreachable, "the broker's name is not known yet");
        if (isOpen())
            await observers.Settled.WaitAsync(stop).ConfigureAwait(false);
        if (observers.Choose(endpoint, _inVain) is not { } observer)
            return new MonitorReply.Failed(observers.Problem);
        if (observer.Denial is { } denial)
            return new MonitorReply.Failed(BrokerView.Denied, denial);
        try
        {
            _inVain = observer;
            var reply = await AskAsync(observer, question, name, stop).ConfigureAwait(false);
            _inVain = null;
            return reply;
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is NatsException or ObjectDisposedException or OperationCanceledException)
        {
            return new MonitorReply.Failed(BrokerView.Unreachable, $"the connection to ask over has ended: {Printable.Of(e.Message)}");
        }
    }

    private async Task<MonitorReply> AskAsync(Observer observer, BrokerQuestion question, string name, CancellationToken stop)
    {
        var subject = kind == SourceKind.System ? $"$SYS.REQ.SERVER.PING.{question.Service}" : $"$SYS.REQ.ACCOUNT.PING.{question.Service}";
        // exact_match is 2.10's: before that the name is looked for within the names, and others may answer as well.
        var body = $"{{\"server_name\":{JsonSerializer.Serialize(name)},\"exact_match\":true{(question.Options.Length > 0 ? "," : "")}{question.Options}}}";
        var connection = observer.Session.Connection;
        var inbox = connection.NewInbox();
        await using var replies = await connection.SubscribeCoreAsync<byte[]>(inbox, cancellationToken: stop).ConfigureAwait(false);
        await connection.PublishAsync(subject, Encoding.UTF8.GetBytes(body), replyTo: inbox, cancellationToken: stop).ConfigureAwait(false);
        using var denied = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var hears = observer.WhenDenied(denied);
        try
        {
            await foreach (var reply in replies.Msgs.ReadAllAsync(denied.Token).ConfigureAwait(false))
            {
                if (reply.HasNoResponders)
                    return new MonitorReply.Failed(BrokerView.Denied, $"nobody answers {subject}: the account is not served it");
                if (Read(reply.Data, name) is { } answer)
                    return answer;
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && observer.Denial is { } denial)
        {
            return new MonitorReply.Failed(BrokerView.Denied, denial);
        }

        return new MonitorReply.Failed(BrokerView.Unreachable, "the connection to ask over has ended");
    }

    /// <returns>Null if another broker answered.</returns>
    private static MonitorReply? Read(byte[]? body, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? []);
            if (!json.RootElement.TryGetProperty("server", out var server) || !server.TryGetProperty("name", out var who))
                return new MonitorReply.Failed(BrokerView.Malformed, "an answer that names no server");
            if (who.GetString() != name)
                return null;
            return json.RootElement.TryGetProperty("data", out var data)
                ? new MonitorReply.Answered(Ok, Encoding.UTF8.GetBytes(data.GetRawText()))
                : new MonitorReply.Failed(BrokerView.Malformed, Printable.Of(string.Create(CultureInfo.InvariantCulture, $"an answer without data: {Error(json.RootElement)}")));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new MonitorReply.Failed(BrokerView.Malformed, "an answer that is no JSON object");
        }
    }

    private static string Error(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) && error.TryGetProperty("description", out var text) ? text.GetString() ?? "" : "";
}
