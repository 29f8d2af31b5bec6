using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cordum.NatsProber.AlertTests.Live;

/// <summary>One notification, as Alertmanager posts it to a webhook.</summary>
/// <param name="Receiver">Whom it is for: the name of the receiver in Alertmanager's configuration.</param>
/// <param name="Group">Alertmanager's key of the group that it is about.</param>
/// <param name="Cluster">The cluster of the group; empty for a group without one.</param>
/// <param name="Firing">Whether anything in the group fires; else all of it is resolved.</param>
/// <param name="Alerts">Name, endpoint (or empty) and status of each alert.</param>
internal sealed record Notification(string Receiver, string Group, string Cluster, bool Firing, IReadOnlyList<(string Name, string Endpoint, string Status)> Alerts)
{
    public override string ToString() =>
        $"{Receiver} {(Firing ? "firing" : "resolved")} {Group}: {string.Join(", ", Alerts.Select(alert => $"{alert.Name}({alert.Endpoint}) {alert.Status}"))}";
}

/// <summary>What stands for the pager: takes Alertmanager's webhooks, and keeps them in order.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Notification> _received = new();

    private Pager(WebApplication app) => _app = app;

    /// <summary>The address to post to, for a receiver.</summary>
    public string UrlFor(string receiver) => $"{_app.Urls.Single()}/{receiver}";

    /// <summary>All that came, oldest first.</summary>
    public IReadOnlyList<Notification> Received => [.. _received];

    public static async Task<Pager> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var pager = new Pager(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/{receiver}", pager.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return pager;
    }

    /// <summary>
    /// What the person who carries it lives through, for one group: how often it began to ring, and how often it was told that all is well again. An update of a
    /// page that is open already rings no second time.
    /// </summary>
    public (int Pages, int Resolves) Rang(string receiver, Func<Notification, bool> about)
    {
        var (pages, resolves) = (0, 0);
        foreach (var group in Received.Where(n => n.Receiver == receiver && about(n)).GroupBy(n => n.Group))
        {
            var open = false;
            foreach (var notification in group)
            {
                pages += notification.Firing && !open ? 1 : 0;
                resolves += !notification.Firing && open ? 1 : 0;
                open = notification.Firing;
            }
        }

        return (pages, resolves);
    }

    /// <summary>Waits until a notification that meets the condition has come, among those after the first <paramref name="after"/>.</summary>
    public async Task<Notification> UntilAsync(Func<Notification, bool> condition, string what, TimeSpan limit, int after = 0)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Received.Skip(after).FirstOrDefault(condition) is { } found)
                return found;
            Assert.True(Stopwatch.GetElapsedTime(since) < limit, $"not within {limit.TotalSeconds} s: {what}. What came:\n{string.Join('\n', Received)}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(string receiver, HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var message = body.RootElement;
        var labels = message.GetProperty("groupLabels");
        _received.Enqueue(new(
            receiver,
            message.GetProperty("groupKey").GetString()!,
            Text(labels, "cluster"),
            message.GetProperty("status").GetString() == "firing",
            [.. message.GetProperty("alerts").EnumerateArray().Select(alert =>
                (Text(alert.GetProperty("labels"), "alertname"), Text(alert.GetProperty("labels"), "endpoint"), alert.GetProperty("status").GetString()!))]));
        return Results.Ok();
    }

    private static string Text(JsonElement labels, string name) => labels.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
