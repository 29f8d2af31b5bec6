using System.Diagnostics;
using System.Net.Http.Headers;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>Takes one sample of a scrape.</summary>
/// <param name="name">The series' name.</param>
/// <param name="labels">Between the braces, as they stand there.</param>
/// <param name="value">The value.</param>
internal delegate void SampleTaker(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> value);

/// <summary>What a scrape cost.</summary>
/// <param name="Took">From asking to the last byte.</param>
/// <param name="Bytes">That came over the wire.</param>
/// <param name="Samples">That were read; 0 if they were not looked at.</param>
internal readonly record struct ScrapeCost(TimeSpan Took, long Bytes, long Samples);

/// <summary>Scrapes pages of a hundred megabytes without keeping them: the one who measures must cost next to nothing.</summary>
internal static class MetricsStream
{
    /// <summary>What Prometheus 3 sends.</summary>
    private const string PrometheusAccepts =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>As Prometheus asks, gzip accepted; the page is read and dropped.</summary>
    public static async Task<ScrapeCost> TimeAsync(Uri metrics, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, metrics);
        request.Headers.Add("Accept", PrometheusAccepts);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var began = Stopwatch.GetTimestamp();
        using var response = (await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop)).EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[1 << 18];
        var bytes = 0L;
        while (await body.ReadAsync(buffer, stop) is > 0 and var read)
            bytes += read;
        return new(Stopwatch.GetElapsedTime(began), bytes, 0);
    }

    /// <summary>Reads every sample of a page as plain text.</summary>
    public static async Task<ScrapeCost> ReadAsync(Uri metrics, SampleTaker take, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        await using var body = await Http.GetStreamAsync(metrics, stop);
        var buffer = new byte[1 << 18];
        var (held, bytes, samples) = (0, 0L, 0L);
        while (await body.ReadAsync(buffer.AsMemory(held), stop) is > 0 and var read)
        {
            bytes += read;
            held += read;
            var used = Lines(buffer.AsSpan(0, held), take, ref samples);
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
        }

        return new(Stopwatch.GetElapsedTime(began), bytes, samples);
    }

    /// <summary>Hands over the samples of whole lines.</summary>
    /// <returns>How many bytes whole lines took; what is behind them is the begin of the next.</returns>
    internal static int Lines(ReadOnlySpan<byte> text, SampleTaker take, ref long samples)
    {
        var used = 0;
        while (text[used..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = text.Slice(used, length);
            used += length + 1;
            if (line.IsEmpty || line[0] == (byte)'#')
                continue;
            samples++;
            var space = line.LastIndexOf((byte)' ');
            var brace = line.IndexOf((byte)'{');
            if (brace < 0)
                take(line[..space], [], line[(space + 1)..]);
            else
                take(line[..brace], line[(brace + 1)..(space - 1)], line[(space + 1)..]);
        }

        return used;
    }

    /// <summary>The value of a label; empty where it has none of that name.</summary>
    /// <param name="labels">As they stand in the page. The prober's have neither quotes nor backslashes in their values.</param>
    /// <param name="begin">The label with its <c>="</c>.</param>
    public static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> begin)
    {
        var at = labels.IndexOf(begin);
        if (at < 0)
            return [];
        var value = labels[(at + begin.Length)..];
        return value[..value.IndexOf((byte)'"')];
    }
}
