namespace Cordum.NatsProber.Probes;

/// <summary>What an objective of so many percent leaves to fail.</summary>
/// <param name="Ratio">
/// The share of requests that may fail: 0 to 1. Decimal, so that 99.95 % leave exactly 0.0005, as the user who did the sum expects.
/// </param>
public readonly record struct ErrorBudget(decimal Ratio)
{
    /// <summary>The budget of an objective.</summary>
    /// <param name="percent">What must succeed: above 0, below 100.</param>
    public static ErrorBudget Of(double percent) => new(1 - ((decimal)percent / 100));

    /// <summary>How many ticks may fail in a window, at one every so often.</summary>
    public decimal Ticks(TimeSpan window, TimeSpan every) => window.Ticks * Ratio / every.Ticks;

    /// <summary>Whether a cluster that fails every request burns the budget faster than this many times the rate that lasts exactly the window.</summary>
    public bool CanBurnFasterThan(decimal rate) => rate * Ratio < 1;
}
