using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Asks one broker's HTTP monitor, over a connection that is kept. Whatever answers there gets no more of the prober than a connection or two, some kilobytes and the time
/// that the asker gives it: no redirect is followed, no proxy asked, no cookie kept, no credentials sent.
/// </summary>
internal sealed class BrokerMonitor : IDisposable
{
    /// <summary>Longest body that is read.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Room for the usual body.</summary>
    private const int UsualBytes = 8 * 1024;

    /// <summary>Longest head of a response, in the handler's unit of 1024 bytes.</summary>
    private const int MostHeaderKilobytes = 16;

    /// <summary>How long a connection is kept at most: the name may stand for another address by then.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Uri _address;
    private readonly TlsPolicy? _tls;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    /// <param name="address">The monitor, <c>http://host:8222</c> or https, with a base path or without.</param>
    /// <param name="tls">How to do TLS where the address is https.</param>
    /// <param name="timeout">How long a connect may take.</param>
    /// <param name="time">The source of time.</param>
    public BrokerMonitor(Uri address, TlsPolicy tls, TimeSpan timeout, TimeProvider time)
    {
        _tls = address.Scheme == Uri.UriSchemeHttps ? tls : null;
        // The handler is told http, since TLS is done below it: as for the links, with their authorities and their words for what is wrong with a certificate.
        _address = new UriBuilder(address) { Scheme = Uri.UriSchemeHttp, Port = address.Port, Path = address.AbsolutePath.TrimEnd('/') + "/" }.Uri;
        _patience = timeout / 2;
        _time = time;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            // The handler lets go of a request that is given up, but not of the connect that it began.
            ConnectTimeout = timeout,
            PooledConnectionLifetime = Lifetime,
            MaxConnectionsPerServer = 3, // a connect that hangs must not hold up the next question, nor an inquiry the tick
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = 0,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Asks for one page.</summary>
    /// <param name="page">Its path, relative to the monitor's address: <c>healthz</c>.</param>
    /// <param name="stop">Ends the asking, and with it the connection.</param>
    /// <returns>The answer, or why there is none. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</returns>
    public async Task<MonitorReply> GetAsync(string page, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, page)) { Version = HttpVersion.Version11 };
            using var response = await _http.SendAsync(request, stop).ConfigureAwait(false);
            return await ReadAsync(response, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or DialException)
        {
            stop.ThrowIfCancellationRequested(); // it was us who cut the connection
            return Failed(e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<MonitorReply> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        // Most answers are a few kilobytes; that of a broker with hundreds of routes is not.
        var body = new byte[UsualBytes];
        var length = 0;
        using var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        while (true)
        {
            length += await stream.ReadAtLeastAsync(body.AsMemory(length), body.Length - length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
            if (length < body.Length)
                return new MonitorReply.Answered((int)response.StatusCode, body.AsMemory(0, length));
            if (length > MostBytes)
                return new MonitorReply.Failed(BrokerView.Malformed, $"an answer of more than {MostBytes / 1024} KiB, of which no more was read");
            Array.Resize(ref body, Math.Min(body.Length * 4, MostBytes + 1));
        }
    }

    private static MonitorReply.Failed Failed(Exception e)
    {
        var cause = DialFailure.FromException(e);
        var detail = Printable.Of(e.GetBaseException().Message);
        return e is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded }
                or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded }
            ? new(BrokerView.Malformed, "what answers there does not speak HTTP as it should")
            : cause switch
            {
                DisconnectCause.Tls => new(BrokerView.Tls, e.GetBaseException().Message),
                DisconnectCause.Timeout => new(BrokerView.Timeout, "no connection in time"),
                DisconnectCause.Reset or DisconnectCause.Eof => new(BrokerView.Unreachable, $"the connection was cut before the answer was whole: {detail}"),
                _ => new(BrokerView.Unreachable, detail),
            };
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = Addresses.HostOf(_address);
        var addresses = await Resolver.ResolveAsync(host, stop).ConfigureAwait(false);
        var socket = await TcpDial.ConnectAsync(addresses, _address.Port, _patience, _time, stop).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return _tls is null ? stream : await _tls.AuthenticateAsync(stream, host, static _ => { }, stop).ConfigureAwait(false);
    }
}
