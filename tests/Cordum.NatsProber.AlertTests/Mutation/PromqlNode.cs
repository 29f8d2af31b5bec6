namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A part of a PromQL expression and where it stands: <c>[Start, End)</c>.</summary>
internal abstract record PromqlNode(int Start, int End)
{
    /// <summary>The parts that it is made of.</summary>
    public virtual IEnumerable<PromqlNode> Children => [];

    /// <summary>It and all that is in it, in the order of the text's nesting.</summary>
    public IEnumerable<PromqlNode> All => Children.SelectMany(child => child.All).Prepend(this);
}

/// <summary>A number that is written out.</summary>
internal sealed record NumberNode(Token Token) : PromqlNode(Token.Start, Token.End);

/// <summary>A text as an argument.</summary>
internal sealed record TextNode(Token Token) : PromqlNode(Token.Start, Token.End);

/// <summary>One condition on a label of a selector.</summary>
internal sealed record Matcher(Token Label, Token Operator, Token Value);

/// <summary>A selector without its range.</summary>
internal sealed record SelectorNode(int Start, int End, IReadOnlyList<Matcher> Matchers) : PromqlNode(Start, End);

/// <summary>A range, subquery or offset behind an expression, with the durations in it.</summary>
internal sealed record TimedNode(int End, PromqlNode Inner, IReadOnlyList<Token> Durations, bool IsRange) : PromqlNode(Inner.Start, End)
{
    public override IEnumerable<PromqlNode> Children => [Inner];
}

/// <summary>A call of a function.</summary>
internal sealed record CallNode(Token Function, int End, IReadOnlyList<PromqlNode> Arguments) : PromqlNode(Function.Start, End)
{
    public override IEnumerable<PromqlNode> Children => Arguments;
}

/// <summary>An aggregation: the labels that it keeps (<c>by</c>) or drops (<c>without</c>), and its arguments, the parameter first.</summary>
internal sealed record AggregationNode(Token Operator, int End, IReadOnlyList<Token> Labels, IReadOnlyList<PromqlNode> Arguments) : PromqlNode(Operator.Start, End)
{
    public override IEnumerable<PromqlNode> Children => Arguments;
}

/// <summary>Two sides and what is between them: the operator, <c>bool</c>, and the lists of <c>on</c> or <c>ignoring</c>, and <c>group_left</c> or <c>group_right</c>.</summary>
internal sealed record BinaryNode(PromqlNode Left, Token Operator, Token? Bool, IReadOnlyList<IReadOnlyList<Token>> LabelLists, PromqlNode Right) : PromqlNode(Left.Start, Right.End)
{
    public override IEnumerable<PromqlNode> Children => [Left, Right];
}

/// <summary>Something in parentheses, or behind a sign.</summary>
internal sealed record WrappedNode(int Start, int End, PromqlNode Inner) : PromqlNode(Start, End)
{
    public override IEnumerable<PromqlNode> Children => [Inner];
}
