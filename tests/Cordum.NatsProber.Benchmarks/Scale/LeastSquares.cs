namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>The straight line that is nearest to measured points, by the squares of what they are off it.</summary>
/// <param name="Intercept">The value at 0.</param>
/// <param name="Slope">What one more costs.</param>
internal readonly record struct LeastSquares(double Intercept, double Slope)
{
    /// <summary>The line's value.</summary>
    public double At(double x) => Intercept + (Slope * x);

    /// <summary>Finds the line.</summary>
    /// <exception cref="ArgumentException">The points do not lie at two places at least: any line would do.</exception>
    public static LeastSquares Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Select(point => point.X).Distinct().Count() < 2)
            throw new ArgumentException("a line needs points at two places", nameof(points));
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        var slope = points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
        return new(y - (slope * x), slope);
    }
}
