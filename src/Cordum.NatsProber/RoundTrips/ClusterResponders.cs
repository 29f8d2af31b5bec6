using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// All responders of a cluster as one replicated service: each listens, in one queue group, on its own broker, and any of them may answer.
/// </summary>
/// <param name="keepers">The keepers of the moment; endpoints may come and go.</param>
internal sealed class ClusterResponders(Func<IReadOnlyList<ResponderKeeper>> keepers) : IAnswerers
{
    public string? Denial => keepers() is { Count: > 0 } known && known.All(keeper => keeper.Denial is not null) ? known[0].Denial : null;

    public string? Problem => keepers() is { Count: > 0 } known && known.All(keeper => keeper.Problem is not null) ? known[0].Problem : null;

    public bool WasSettling(TimeSpan sent) => keepers().Any(keeper => keeper.WasSettlingElsewhere(sent))
        && !keepers().Any(keeper => keeper.Ready is not null && !keeper.WasSettlingElsewhere(sent));

    public bool IsReady(LinkSession session) => keepers().Any(keeper => keeper.Ready is not null);

    public async Task WhenReadyAsync(LinkSession session, CancellationToken stop)
    {
        if (IsReady(session))
            return;
        using var found = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ready = keepers().Select(keeper => keeper.WhenAnyReadyAsync(found.Token)).ToList();
        if (ready.Count > 0)
            await Task.WhenAny(ready).ConfigureAwait(false);
        await found.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Not for one request's sake: each responder is watched by its own endpoint's probe.</summary>
    public void Renew()
    {
    }

    public bool HasServed(LinkSession session, TimeSpan sent) => keepers().Any(keeper => keeper.HasServedElsewhere(sent));

    public bool MayAnswer(LinkSession session, string serverId) => true;
}
