using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// What happens to the connection that round trips go over: whether it was lost since a tick began, and what the broker denied. The client itself moves
/// on to another broker within milliseconds, and leaves those who wait for an answer waiting.
/// </summary>
internal sealed class JetStreamLine : IDisposable
{
    private readonly IReadOnlyCollection<string> _subjects;
    private TaskCompletionSource _trouble = New();

    /// <param name="connection">The connection.</param>
    /// <param name="subjects">Those whose denial matters.</param>
    public JetStreamLine(NatsConnection connection, IReadOnlyCollection<string> subjects)
    {
        Connection = connection;
        _subjects = subjects;
        connection.ConnectionDisconnected += OnDisconnected;
        connection.ServerError += OnServerError;
    }

    public NatsConnection Connection { get; }

    /// <summary>The server, and the client's number on it: what makes a connection another one. Null while there is none.</summary>
    public (string Server, ulong Client)? Identity =>
        Connection is { ConnectionState: NatsConnectionState.Open, ServerInfo: { } info } ? (info.Id, info.ClientId) : null;

    /// <summary>The broker's words when it denied one of the subjects; null if it has not.</summary>
    public string? Denial { get; private set; }

    /// <summary>Completes when the connection is lost or the broker denies a subject, after the last <see cref="Watch"/>.</summary>
    public Task Trouble => Volatile.Read(ref _trouble).Task;

    /// <summary>Forgets what happened before.</summary>
    public void Watch()
    {
        Denial = null;
        Volatile.Write(ref _trouble, New());
    }

    public void Dispose()
    {
        Connection.ConnectionDisconnected -= OnDisconnected;
        Connection.ServerError -= OnServerError;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        Volatile.Read(ref _trouble).TrySetResult();
        return ValueTask.CompletedTask;
    }

    private ValueTask OnServerError(object? sender, NatsServerErrorEventArgs args)
    {
        // The connection is shared. What others were denied is not for us to tell.
        if (args.Kind == NatsServerErrorKind.PermissionsViolation && _subjects.Any(subject => args.Error.Contains($"\"{subject}\"", StringComparison.Ordinal)))
        {
            Denial = args.Error;
            Volatile.Read(ref _trouble).TrySetResult();
        }

        return ValueTask.CompletedTask;
    }
}
