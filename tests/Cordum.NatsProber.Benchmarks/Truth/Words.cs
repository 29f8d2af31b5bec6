using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>How numbers and kinds are written.</summary>
internal static class Words
{
    /// <summary>Where there is nothing to tell.</summary>
    public const string None = "–";

    /// <summary>A kind of fault, for a row of a table.</summary>
    public static string Of(FaultKind kind) => kind switch
    {
        FaultKind.Kill => "SIGKILL",
        FaultKind.Terminate => "SIGTERM",
        FaultKind.Suspend => "SIGSTOP",
        FaultKind.Drop => "packets dropped",
        FaultKind.Cut => "cut for 20 ms",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A load, likewise.</summary>
    public static string Of(Load load) => load switch
    {
        Load.Idle => "idle",
        Load.Busy => "processors busy",
        Load.Mixed => "1 to 10 min",
        _ => throw new ArgumentOutOfRangeException(nameof(load)),
    };

    /// <summary>A duration, to two or three digits.</summary>
    public static string Time(double seconds) => Math.Abs(seconds) switch
    {
        < 0.00995 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0} ms"),
        < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
    };

    /// <summary>Sizes of errors: in the middle, at the 99th percentile, and the largest.</summary>
    public static string Spread(Samples errors) => errors.Count == 0 ? None : $"{Time(errors.Median)} / {Time(errors.Percentile(99))} / {Time(errors.Largest)}";

    /// <summary>A share, as in <c>98 % of 57</c>; never 100 or 0 unless it is so.</summary>
    public static string Share(int part, int whole) => whole == 0
        ? None
        : string.Create(CultureInfo.InvariantCulture, $"{(part == whole ? 100 : part == 0 ? 0 : Math.Clamp(Math.Round(100.0 * part / whole), 1, 99)):0} % of {whole}");

    /// <summary>How many times, as in <c>12 x</c>.</summary>
    public static string Ratio(double dividend, double divisor) => divisor <= 0 ? None : (dividend / divisor) switch
    {
        < 9.95 and var small => string.Create(CultureInfo.InvariantCulture, $"{small:0.0} x"),
        var large => string.Create(CultureInfo.InvariantCulture, $"{large:0} x"),
    };

    /// <summary>Whether a goal is met.</summary>
    public static string Met(bool isMet) => isMet ? "yes" : "**no**";
}
