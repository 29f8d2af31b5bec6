namespace Cordum.NatsProber.Links;

/// <summary>A value that comes and goes, and that others can wait for. One writer, any number of readers.</summary>
internal sealed class Latest<T>
    where T : class
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<T> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The value, or null while there is none.</summary>
    public T? Value
    {
        get
        {
            lock (_gate)
                return _arrival.Task.IsCompleted ? _arrival.Task.Result : null;
        }
    }

    /// <summary>Completes at once while there is a value, else when the next one comes.</summary>
    public Task<T> WaitAsync(CancellationToken stop)
    {
        lock (_gate)
            return _arrival.Task.WaitAsync(stop);
    }

    /// <summary>The value is there.</summary>
    public void Set(T value)
    {
        lock (_gate)
        {
            if (_arrival.Task.IsCompleted)
                _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrival.SetResult(value);
        }
    }

    /// <summary>The value is gone.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_arrival.Task.IsCompleted)
                _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
