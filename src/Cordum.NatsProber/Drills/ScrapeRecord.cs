using System.Globalization;

namespace Cordum.NatsProber.Drills;

/// <summary>What all scrapes of one step had to say: whether each was answered, and whether its counters agreed.</summary>
internal sealed class ScrapeRecord
{
    private readonly Lock _gate = new();
    private int _answered;
    private int _unanswered;
    private string? _firstBreach;
    private string? _firstFailure;

    /// <summary>A scrape was answered.</summary>
    public void Answered(Reading reading)
    {
        var breach = reading.ParityBreaches.FirstOrDefault();
        lock (_gate)
        {
            _answered++;
            _firstBreach ??= breach;
        }
    }

    /// <summary>A scrape was not answered, or not with a page of samples.</summary>
    /// <param name="how">In words.</param>
    public void Unanswered(string how)
    {
        lock (_gate)
        {
            _unanswered++;
            _firstFailure ??= how;
        }
    }

    /// <summary>The finding of all scrapes since the last one of this kind.</summary>
    public Finding Take()
    {
        lock (_gate)
        {
            var passed = _answered > 0 && _unanswered == 0 && _firstBreach is null;
            var seen = string.Create(CultureInfo.InvariantCulture, $"{_answered} scrapes");
            if (_unanswered > 0)
                seen += string.Create(CultureInfo.InvariantCulture, $", {_unanswered} more not answered ({_firstFailure})");
            if (_firstBreach is not null)
                seen += $"; broken by {_firstBreach}";
            (_answered, _unanswered, _firstBreach, _firstFailure) = (0, 0, null, null);
            return new("`/metrics` answers throughout, and disconnect − reconnect = 1 − connected in every scrape", seen, passed);
        }
    }
}
