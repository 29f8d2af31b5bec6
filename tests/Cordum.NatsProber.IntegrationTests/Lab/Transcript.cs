using System.Text;

namespace Cordum.NatsProber.IntegrationTests.Lab;

/// <summary>What was written, readable at any time from any thread.</summary>
internal sealed class Transcript : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override void Write(string? value)
    {
        lock (_text)
            _text.Append(value);
    }

    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }
}
