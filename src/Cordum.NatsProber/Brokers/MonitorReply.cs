namespace Cordum.NatsProber.Brokers;

/// <summary>What came of one question to a broker's monitor.</summary>
internal abstract record MonitorReply
{
    /// <summary>A whole HTTP response.</summary>
    /// <param name="Status">Its status code.</param>
    /// <param name="Body">Its body, not longer than <see cref="BrokerMonitor.MostBytes"/>.</param>
    internal sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : MonitorReply;

    /// <summary>None.</summary>
    /// <param name="Word">Why.</param>
    internal sealed record Failed(BrokerWord Word) : MonitorReply
    {
        /// <param name="view">Why there is none.</param>
        /// <param name="detail">What was seen.</param>
        public Failed(BrokerView view, string detail)
            : this(new BrokerWord(view, detail))
        {
        }
    }
}
