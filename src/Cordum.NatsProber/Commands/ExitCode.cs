namespace Cordum.NatsProber.Commands;

/// <summary>What the verbs return to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>It could not start: an address in use, a program that is missing.</summary>
    public const int CannotStart = 1;

    /// <summary>It did what it was asked, and not all was as it should be.</summary>
    public const int Failed = 1;

    /// <summary>Options, settings or probe files make no sense.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by a signal before everything was done, as shells have it for SIGINT.</summary>
    public const int Interrupted = 130;
}
