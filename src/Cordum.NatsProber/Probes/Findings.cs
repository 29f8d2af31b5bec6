namespace Cordum.NatsProber.Probes;

/// <summary>Errors and warnings of one file, gathered while it is read; one that is found twice (by an alias) is kept once.</summary>
internal sealed class Findings(string file)
{
    private readonly HashSet<ProbeFileError> _errors = [];
    private readonly HashSet<ProbeFileError> _warnings = [];

    public IEnumerable<ProbeFileError> Errors => InOrder(_errors);

    public IEnumerable<ProbeFileError> Warnings => InOrder(_warnings);

    public bool None => _errors.Count == 0;

    public void Error(int line, int column, string problem, string remedy) =>
        _errors.Add(new(file, line, column, problem, remedy));

    public void Error(Node at, string problem, string remedy) => Error(at.Line, at.Column, problem, remedy);

    public void Warning(Node at, string problem, string remedy) =>
        _warnings.Add(new(file, at.Line, at.Column, problem, remedy));

    private static IEnumerable<ProbeFileError> InOrder(HashSet<ProbeFileError> found) =>
        found.OrderBy(e => e.Line).ThenBy(e => e.Column);
}
