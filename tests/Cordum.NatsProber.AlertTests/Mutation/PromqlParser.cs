namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>
/// Reads a PromQL expression into nodes, with PromQL's precedence, so that a mutation can drop a clause or an aggregation as a whole.
/// It judges no types: promtool does that with every mutant.
/// </summary>
internal sealed class PromqlParser
{
    private static readonly string[] Aggregations = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "quantile", "topk", "bottomk", "count_values"];

    // From the weakest on. That ^ alone binds to the right makes no difference to what is mutated.
    private static readonly string[][] Precedence = [["or"], ["and", "unless"], ["==", "!=", "<=", "<", ">=", ">"], ["+", "-"], ["*", "/", "%", "atan2"], ["^"]];

    private readonly string _expression;
    private readonly List<Token> _tokens;
    private int _at;

    private PromqlParser(string expression) => (_expression, _tokens) = (expression, PromqlLexer.Tokens(expression));

    private Token Current => _tokens[_at];

    private Token Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <exception cref="FormatException">It is no PromQL that rules use.</exception>
    public static PromqlNode Parse(string expression)
    {
        var parser = new PromqlParser(expression);
        var node = parser.Binary(0);
        return parser.Current.Kind == TokenKind.End ? node : throw parser.Unexpected();
    }

    private PromqlNode Binary(int level)
    {
        if (level == Precedence.Length)
            return Unary();
        var left = Binary(level + 1);
        while (Current.Kind is TokenKind.Symbol or TokenKind.Name && Precedence[level].Contains(Current.Text))
        {
            var operation = Take();
            Token? boolean = Current.Text == "bool" ? Take() : null;
            var lists = new List<List<Token>>();
            while (Current.Text is "on" or "ignoring" or "group_left" or "group_right")
            {
                // group_left and group_right may stand without a list; what follows them then is an operand, perhaps in parentheses of its own.
                if (Take().Text is "on" or "ignoring" || IsListOfNames())
                    lists.Add(TakeLabels());
            }

            left = new BinaryNode(left, operation, boolean, lists, Binary(level + 1));
        }

        return left;
    }

    private PromqlNode Unary()
    {
        if (Current.Text is not ("-" or "+"))
            return Timed(Primary());
        var sign = Take();
        var inner = Unary();
        return new WrappedNode(sign.Start, inner.End, inner);
    }

    private PromqlNode Primary()
    {
        var first = Current;
        if (first.Kind is TokenKind.Number or TokenKind.Duration)
            return new NumberNode(Take());
        if (first.Kind == TokenKind.Text)
            return new TextNode(Take());
        if (first.Text == "(")
        {
            Take();
            var inner = Binary(0);
            return new WrappedNode(first.Start, Take(")").End, inner);
        }

        if (first.Kind == TokenKind.Name && Aggregations.Contains(first.Text) && Next.Text is "(" or "by" or "without")
            return Aggregation();
        if (first.Kind == TokenKind.Name && Next.Text == "(")
        {
            Take();
            var arguments = TakeArguments(out var end);
            return new CallNode(first, end, arguments);
        }

        return Selector();
    }

    private AggregationNode Aggregation()
    {
        var operation = Take();
        var labels = new List<Token>();
        if (Current.Text is "by" or "without")
        {
            Take();
            labels = TakeLabels();
        }

        var arguments = TakeArguments(out var end);
        if (Current.Text is "by" or "without")
        {
            Take();
            labels = TakeLabels();
            end = _tokens[_at - 1].End;
        }

        return new AggregationNode(operation, end, labels, arguments);
    }

    private SelectorNode Selector()
    {
        var first = Current;
        if (first.Kind == TokenKind.Name)
            Take();
        else if (first.Text != "{")
            throw Unexpected();
        var matchers = new List<Matcher>();
        if (Current.Text == "{")
        {
            Take();
            while (Current.Text != "}")
            {
                matchers.Add(new(Take(), Take(), Take()));
                if (Current.Text != "}")
                    Take(",");
            }

            Take();
        }

        return new SelectorNode(first.Start, _tokens[_at - 1].End, matchers);
    }

    private PromqlNode Timed(PromqlNode inner)
    {
        while (Current.Text is "[" or "offset")
        {
            var isRange = Take().Text == "[";
            var durations = new List<Token>();
            while (Current.Kind == TokenKind.Duration || (Current.Text is ":" or "-" && durations.Count < 2))
            {
                if (Take() is { Kind: TokenKind.Duration } duration)
                    durations.Add(duration);
            }

            if (isRange)
                Take("]");
            inner = new TimedNode(_tokens[_at - 1].End, inner, durations, isRange);
        }

        return inner;
    }

    private List<PromqlNode> TakeArguments(out int end)
    {
        Take("(");
        var arguments = new List<PromqlNode>();
        while (Current.Text != ")")
        {
            arguments.Add(Binary(0));
            if (Current.Text != ")")
                Take(",");
        }

        end = Take().End;
        return arguments;
    }

    private List<Token> TakeLabels()
    {
        Take("(");
        var labels = new List<Token>();
        while (Current.Text != ")")
        {
            labels.Add(Take());
            if (Current.Text != ")")
                Take(",");
        }

        Take();
        return labels;
    }

    // Names in parentheses, and nothing else there.
    private bool IsListOfNames()
    {
        if (Current.Text != "(")
            return false;
        for (var at = _at + 1; _tokens[at].Kind is TokenKind.Name || _tokens[at].Text is "," or ")"; at++)
        {
            if (_tokens[at].Text == ")")
                return true;
        }

        return false;
    }

    private Token Take() => Current.Kind == TokenKind.End ? throw Unexpected() : _tokens[_at++];

    private Token Take(string expected) => Current.Text == expected ? Take() : throw Unexpected();

    private FormatException Unexpected() => new($"'{Current.Text}' at {Current.Start} was not expected in: {_expression}");
}
