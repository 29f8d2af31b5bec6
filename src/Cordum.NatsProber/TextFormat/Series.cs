namespace Cordum.NatsProber.TextFormat;

/// <summary>Where a series stands on its page.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Place">Its labels but for the last.</param>
/// <param name="Kind">Its last label.</param>
internal readonly record struct SeriesPlace(Family Family, LabelPool.Piece Place, LabelPool.Piece Kind);

/// <summary>One series. All members of all kinds are thread-safe.</summary>
/// <param name="place">Where it stands.</param>
internal abstract class Series(SeriesPlace place)
{
    /// <summary>Unpublishes it.</summary>
    public void Remove() => place.Family.Remove(place);
}
