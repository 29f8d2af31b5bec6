using System.Reflection;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Applications;

/// <summary>A connection that has a state and two events, and nothing else.</summary>
public class FakeConnection : DispatchProxy
{
    private AsyncEventHandler<NatsEventArgs>? _opened;
    private AsyncEventHandler<NatsEventArgs>? _disconnected;

    public NatsConnectionState State { get; set; }

    public bool HasHandlers => _opened is not null || _disconnected is not null;

    public INatsConnection Connection => (INatsConnection)(object)this;

    public static FakeConnection Make(NatsConnectionState state = NatsConnectionState.Closed)
    {
        var fake = (FakeConnection)(object)Create<INatsConnection, FakeConnection>();
        fake.State = state;
        return fake;
    }

    public async Task OpenAsync()
    {
        State = NatsConnectionState.Open;
        if (_opened is { } handler)
            await handler(this, new NatsEventArgs("opened"));
    }

    public async Task LoseAsync()
    {
        State = NatsConnectionState.Reconnecting;
        if (_disconnected is { } handler)
            await handler(this, new NatsEventArgs("lost"));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "get_ConnectionState":
                return State;
            case "add_ConnectionOpened":
                _opened += (AsyncEventHandler<NatsEventArgs>)args![0]!;
                return null;
            case "remove_ConnectionOpened":
                _opened -= (AsyncEventHandler<NatsEventArgs>)args![0]!;
                return null;
            case "add_ConnectionDisconnected":
                _disconnected += (AsyncEventHandler<NatsEventArgs>)args![0]!;
                return null;
            case "remove_ConnectionDisconnected":
                _disconnected -= (AsyncEventHandler<NatsEventArgs>)args![0]!;
                return null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }
}
