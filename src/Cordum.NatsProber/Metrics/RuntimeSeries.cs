using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// What the .NET runtime says of itself and <see cref="DotNetStats"/> does not: why the process may have been held up. Read from the runtime at each
/// scrape; the library's adapter for meters would export counters as gauges, and error types as labels.
/// </summary>
internal sealed class RuntimeSeries(IMetricFactory make)
{
    private readonly Counter _gcPauses = make.CreateCounter(
        "dotnet_gc_pause_seconds_total", "Seconds that the garbage collector held up the process. Resets when the prober restarts.");

    private readonly Counter _allocated = make.CreateCounter(
        "dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap. Resets when the prober restarts.");

    private readonly Gauge _heap = make.CreateGauge("dotnet_gc_last_collection_heap_size_bytes", "Size of the managed heap after the latest collection, in bytes.");

    private readonly Gauge _poolThreads = make.CreateGauge("dotnet_thread_pool_threads", "Threads in the thread pool.");

    private readonly Gauge _poolQueue = make.CreateGauge("dotnet_thread_pool_queue_length", "Work items that wait for a thread of the pool.");

    private readonly Counter _poolCompleted = make.CreateCounter(
        "dotnet_thread_pool_work_items_total", "Work items that the thread pool has completed. Resets when the prober restarts.");

    private readonly Counter _contentions = make.CreateCounter(
        "dotnet_lock_contentions_total", "Times that a thread had to wait for a lock. Resets when the prober restarts.");

    /// <summary>Reads the runtime. Called by the scrape, alone.</summary>
    public void Publish()
    {
        _gcPauses.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
        _allocated.IncTo(GC.GetTotalAllocatedBytes());
        _heap.Set(GC.GetGCMemoryInfo().HeapSizeBytes);
        _poolThreads.Set(ThreadPool.ThreadCount);
        _poolQueue.Set(ThreadPool.PendingWorkItemCount);
        _poolCompleted.IncTo(ThreadPool.CompletedWorkItemCount);
        _contentions.IncTo(Monitor.LockContentionCount);
    }
}
