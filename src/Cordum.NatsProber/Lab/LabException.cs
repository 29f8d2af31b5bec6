namespace Cordum.NatsProber.Lab;

/// <summary>The lab could not do what was asked; the message says what to do about it and is fit to be shown as it is.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public LabException()
    {
    }

    /// <summary>Makes an exception with a message for people.</summary>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for people and what led to it.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The port that another process listens on, if that is the reason.</summary>
    public int? PortInUse { get; init; }
}
