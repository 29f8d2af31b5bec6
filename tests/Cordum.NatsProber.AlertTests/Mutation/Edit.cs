namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>
/// One change of an expression: what stands at <c>[Start, End)</c> is replaced. <c>What</c> says it in words that name both, such as <c>4.5 → 5.625</c>.
/// </summary>
internal sealed record Edit(int Start, int End, string Replacement, string What)
{
    public string Apply(string expression) => string.Concat(expression.AsSpan(0, Start), Replacement, expression.AsSpan(End));
}
