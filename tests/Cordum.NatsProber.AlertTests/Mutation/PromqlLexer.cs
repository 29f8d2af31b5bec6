namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>What a token is, as far as mutation cares.</summary>
internal enum TokenKind
{
    Name,
    Number,
    Duration,
    Text,
    Symbol,
    End,
}

/// <summary>A token and where it stands in the expression: <c>[Start, End)</c>.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End);

/// <summary>Cuts a PromQL expression into tokens. Covers what alerting and recording rules use; what it does not know is an error, never skipped.</summary>
internal static class PromqlLexer
{
    private static readonly string[] Symbols = ["==", "!=", ">=", "<=", "=~", "!~", "(", ")", "{", "}", "[", "]", ",", ":", ">", "<", "=", "+", "-", "*", "/", "%", "^", "@"];

    /// <exception cref="FormatException">The expression has a character that PromQL has not.</exception>
    public static List<Token> Tokens(string expression)
    {
        var tokens = new List<Token>();
        var at = 0;
        // In brackets a colon separates the range of a subquery from its step; elsewhere it is part of a recording's name.
        var brackets = 0;
        while (at < expression.Length)
        {
            var start = at;
            var letter = expression[at];
            if (char.IsWhiteSpace(letter))
            {
                at++;
                continue;
            }

            if (letter == '#')
            {
                while (at < expression.Length && expression[at] != '\n')
                    at++;
                continue;
            }

            TokenKind kind;
            if (letter is '"' or '\'' or '`')
                (kind, at) = (TokenKind.Text, EndOfText(expression, at));
            else if (char.IsDigit(letter) || (letter == '.' && at + 1 < expression.Length && char.IsDigit(expression[at + 1])))
                (kind, at) = NumberOrDuration(expression, at);
            else if (char.IsLetter(letter) || letter == '_' || (letter == ':' && brackets == 0))
                (kind, at) = (TokenKind.Name, EndOfRun(expression, at, each => char.IsLetterOrDigit(each) || each == '_' || (each == ':' && brackets == 0)));
            else if (Symbols.FirstOrDefault(symbol => expression.AsSpan(start).StartsWith(symbol)) is { } found)
                (kind, at) = (TokenKind.Symbol, at + found.Length);
            else
                throw new FormatException($"'{letter}' at {at} of: {expression}");

            brackets += expression[start..at] switch { "[" => 1, "]" => -1, _ => 0 };
            tokens.Add(new(kind, expression[start..at], start, at));
        }

        tokens.Add(new(TokenKind.End, "", at, at));
        return tokens;
    }

    private static (TokenKind Kind, int End) NumberOrDuration(string text, int at)
    {
        var end = EndOfRun(text, at, each => char.IsDigit(each) || each == '.');
        if (end < text.Length && text[end] is 'e' or 'E' && end + 1 < text.Length && (char.IsDigit(text[end + 1]) || text[end + 1] is '+' or '-'))
            return (TokenKind.Number, EndOfRun(text, end + 2, char.IsDigit));
        return end < text.Length && char.IsLetter(text[end]) ? (TokenKind.Duration, EndOfRun(text, end, char.IsLetterOrDigit)) : (TokenKind.Number, end);
    }

    private static int EndOfRun(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
            at++;
        return at;
    }

    private static int EndOfText(string text, int at)
    {
        var quote = text[at++];
        while (at < text.Length && text[at] != quote)
            at += text[at] == '\\' && quote != '`' ? 2 : 1;
        return at < text.Length ? at + 1 : throw new FormatException($"a text without end: {text}");
    }
}
