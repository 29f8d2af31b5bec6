using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>Takes one connection on loopback and plays the other side of a handshake.</summary>
internal sealed class TlsTestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _client = new();
    private readonly Task _serving;

    private TlsTestServer(Func<TcpClient, Task> script)
    {
        _listener.Start();
        _serving = ServeAsync(script);
    }

    /// <summary>What the other side does, byte by byte.</summary>
    public static TlsTestServer Playing(Func<TcpClient, Task> script) => new(script);

    /// <summary>A handshake, and then what follows.</summary>
    /// <param name="certificate">What to present.</param>
    /// <param name="then">What follows.</param>
    /// <param name="asks">Whether to ask for a client certificate.</param>
    /// <param name="chain">Authorities to present with it.</param>
    /// <param name="accepts">Judges the client's certificate, or the want of one; everything is taken if nobody does.</param>
    public static TlsTestServer Presenting(
        IssuedCertificate certificate, Func<SslStream, TcpClient, Task> then, bool asks = false, string[]? chain = null, Func<X509Certificate?, X509Chain?, bool>? accepts = null) =>
        new(async client =>
        {
            using var own = X509Certificate2.CreateFromPem(certificate.Pem, certificate.KeyPem);
            var more = new X509Certificate2Collection();
            foreach (var pem in chain ?? [])
                more.ImportFromPem(pem);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(own, more, offline: true),
                ClientCertificateRequired = asks,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, theirs, theirChain, _) => accepts?.Invoke(theirs, theirChain) ?? true,
            });
            await then(tls, client);
        });

    /// <summary>A connection to it.</summary>
    public async Task<Stream> ConnectAsync()
    {
        await _client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)_listener.LocalEndpoint).Port, TestContext.Current.CancellationToken);
        return _client.GetStream();
    }

    /// <summary>Ends a connection with RST.</summary>
    public static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _listener.Stop();
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync(Func<TcpClient, Task> script)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await script(client);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            // The client did not like what it saw, or nobody came.
        }
    }
}
