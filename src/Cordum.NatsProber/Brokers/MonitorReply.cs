namespace Cordum.NatsProber.Brokers;

/// <summary>What came of one question about a broker.</summary>
internal abstract record MonitorReply
{
    /// <summary>A whole answer: an HTTP response, or a reply over NATS with the status that HTTP would have had.</summary>
    /// <param name="Status">Its status code.</param>
    /// <param name="Body">Its body, not longer than <see cref="BrokerMonitor.MostBytes"/>.</param>
    internal sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : MonitorReply;

    /// <summary>A sign of life, and no word about health.</summary>
    internal sealed record Lives : MonitorReply;

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
