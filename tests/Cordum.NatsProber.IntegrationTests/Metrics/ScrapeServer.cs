using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordum.NatsProber.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cordum.NatsProber.IntegrationTests.Metrics;

/// <summary>
/// The service's web server with nothing but <c>/metrics</c>, on a free port. With small buffers, a client that does not read holds up whoever writes
/// to it.
/// </summary>
internal sealed class ScrapeServer : IAsyncDisposable
{
    private const int SmallBuffer = 4096;

    private readonly WebApplication _app;
    private readonly Complaints _complaints = new();
    private int _inFlight;

    private ScrapeServer(ProberMetrics metrics, bool smallBuffers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        if (smallBuffers)
        {
            builder.WebHost
                .ConfigureKestrel(kestrel => kestrel.Limits.MaxResponseBufferSize = SmallBuffer)
                .UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = SmallBuffer };
                    socket.Bind(endpoint);
                    return socket;
                });
        }

        builder.Services.AddRouting();
        builder.Logging.AddProvider(_complaints);
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            Interlocked.Increment(ref _inFlight);
            try
            {
                await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
            }
        });
        _app.MapMetrics(metrics);
    }

    /// <summary>Requests that were begun and are not done.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>What the server had to say, from warnings on.</summary>
    public IReadOnlyCollection<string> Warnings => _complaints.Lines;

    private Uri Address => new(_app.Urls.Single());

    public static async Task<ScrapeServer> StartAsync(ProberMetrics metrics, bool smallBuffers = false)
    {
        var server = new ScrapeServer(metrics, smallBuffers);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient Client() => new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>A connection that has asked for <c>/metrics</c> and has read nothing yet; disposed of unread, it is reset.</summary>
    public async Task<Socket> AskAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer, LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _complaints.Dispose();
    }

    private sealed class Complaints : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
