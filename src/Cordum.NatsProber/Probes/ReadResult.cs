namespace Cordum.NatsProber.Probes;

/// <summary>Everything that reading probe files found.</summary>
/// <param name="Files">The files without an error. Run them only if <paramref name="Errors"/> is empty.</param>
/// <param name="Errors">Every error of every file, by file, line and column.</param>
/// <param name="Warnings">What is valid but most likely not what was meant; in the same order.</param>
public sealed record ReadResult(
    IReadOnlyList<ProbeFile> Files,
    IReadOnlyList<ProbeFileError> Errors,
    IReadOnlyList<ProbeFileError> Warnings);

/// <summary>One thing to correct. Never contains a secret, nor the text of a place where a secret may stand by mistake.</summary>
/// <param name="File">The file, as the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ProbeFileError(string File, int Line, int Column, string Problem, string Remedy)
{
    /// <summary>The form compilers use, so that editors and terminals can jump to the place.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Problem}; {Remedy}";
}
