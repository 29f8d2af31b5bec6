using System.Globalization;

namespace Cordum.NatsProber.Probes;

/// <summary>
/// One mapping of a probe file. Opening it reports keys that are unknown or doubled; taking a value reports a wrong
/// type or an impossible number. A getter returns null for a value that is absent or was reported; the caller need not tell them apart, since
/// a file with any error yields no result.
/// </summary>
internal sealed class Section
{
    private const string DurationExamples = "write a number and a unit (ms, s, m, h or d), such as 500ms, 1.5s or 30d";

    private readonly string _path;
    private readonly Findings _findings;
    private readonly Dictionary<string, Node> _values = [];
    private readonly Dictionary<string, Node> _keys = [];

    private Section(string path, MapNode map, Findings findings)
    {
        (_path, _findings, At) = (path, findings, map);
        var known = KnownKeys.BySection[path];
        foreach (var (key, value) in map.Entries)
            Enter(key, value, known);
    }

    /// <summary>Where the section begins.</summary>
    public Node At { get; }

    /// <summary>Where credentials belong, a misplaced secret can be any text, so nothing written there is repeated in a message.</summary>
    private bool HoldsSecrets => _path is "auth" or "systemAuth";

    public static Section? Open(string path, Node? node, Findings findings)
    {
        switch (node)
        {
            case MapNode map:
                return new(path, map, findings);
            case null or BrokenNode:
                return null;
            case ScalarNode { Type: ScalarType.Null }:
                var defaults = KnownKeys.MayBeEmpty(path) ? ", write {} for its defaults" : "";
                findings.Error(node, $"{Named(path)} has nothing in it", $"give it keys ({Keys(path)}){defaults}, or remove it");
                return null;
            default:
                findings.Error(node, $"{Named(path)} must be a mapping, not {node.Kind}", $"give it keys: {Keys(path)}");
                return null;
        }
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public Node? Value(string key) => _values.GetValueOrDefault(key);

    public Node Key(string key) => _keys.GetValueOrDefault(key, At);

    public Section? Child(string key) => Open(Label(key), Value(key), _findings);

    public void Error(Node at, string problem, string remedy) => _findings.Error(at, problem, remedy);

    public void Warning(Node at, string problem, string remedy) => _findings.Warning(at, problem, remedy);

    public void Missing(string key, string remedy) => Error(At, $"{Label(key)} is missing", remedy);

    public string? Text(string key) => Text(Label(key), Value(key));

    /// <summary>One of the given words, in lower case as they are written.</summary>
    public string? Word(string key, params string[] words)
    {
        if (Text(key) is not { } text)
            return null;
        if (words.Contains(text))
            return text;
        Error(Value(key)!, $"{Label(key)}: {Echo(text)} is not possible", $"write {string.Join(" or ", words)}");
        return null;
    }

    /// <returns>What is a text in a list of texts, each with its place.</returns>
    public IReadOnlyList<ScalarNode> Texts(string key, string example)
    {
        if (Value(key) is ListNode list)
            return [.. list.Items.Where(item => Text($"an entry of {Label(key)}", item) is not null).Cast<ScalarNode>()];
        if (Value(key) is { } other)
            WrongType(key, other, "a list", $"write it as in {key}: {example}");
        return [];
    }

    public double? Number(string key, string example)
    {
        switch (Value(key))
        {
            case null or BrokenNode:
                return null;
            case ScalarNode { Type: ScalarType.Number } scalar:
                if (double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                    return number;
                Error(scalar, $"{Label(key)}: {Echo(scalar.Text)} is not a decimal number", $"write it as in {example}");
                return null;
            case ScalarNode { Type: ScalarType.Text } scalar when ScalarNode.TypeOfPlain(scalar.Text) == ScalarType.Number:
                Error(scalar, $"{Label(key)} must be a number, not a text", $"remove the quotes: {scalar.Text}");
                return null;
            case var other:
                WrongType(key, other, "a number", $"write it as in {example}");
                return null;
        }
    }

    public int? Integer(string key, string range, Func<int, bool> allowed)
    {
        if (Number(key, range) is not { } number)
            return null;
        if (Math.Abs(number) < int.MaxValue && (int)number == number && allowed((int)number))
            return (int)number;
        Error(Value(key)!, $"{Label(key)}: {Echo(((ScalarNode)Value(key)!).Text)} is not possible", $"write {range}");
        return null;
    }

    public bool? Flag(string key)
    {
        switch (Value(key))
        {
            case null or BrokenNode:
                return null;
            case ScalarNode { Type: ScalarType.Boolean, Text: "true" or "false" } scalar:
                return scalar.Text == "true";
            case var other:
                WrongType(key, other, "true or false", "write true or false, in lower case and without quotes");
                return null;
        }
    }

    public TimeSpan? Duration(string key, TimeSpan min, TimeSpan max)
    {
        if (Value(key) is ScalarNode { Type: ScalarType.Number } bare)
        {
            Error(bare, $"{Label(key)}: {Echo(bare.Text)} has no unit", DurationExamples);
            return null;
        }

        if (Text(key) is not { } text)
            return null;
        if (Durations.Parse(text) is not { } duration)
            Error(Value(key)!, $"{Label(key)}: {Echo(text)} is not a duration", DurationExamples);
        else if (duration < min || duration > max)
            Error(Value(key)!, $"{Label(key)}: {text} is out of range", $"write {Durations.Format(min)} to {Durations.Format(max)}");
        else
            return duration;
        return null;
    }

    public void WrongType(string key, Node value, string wanted, string? remedy = null) => WrongTypeOf(Label(key), value, wanted, remedy);

    public string Label(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    /// <summary>A piece of the file, short and on one line.</summary>
    public static string Echo(string text)
    {
        const int longest = 60;
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > longest ? $"'{line[..longest]}…'" : $"'{line}'";
    }

    private string? Text(string label, Node? value)
    {
        switch (value)
        {
            case null or BrokenNode:
                return null;
            case ScalarNode { Type: ScalarType.Text, Text: var text } scalar:
                if (!string.IsNullOrWhiteSpace(text))
                    return text;
                Error(scalar, $"{label} is empty", "write a value, or remove it");
                return null;
            case ScalarNode { Type: ScalarType.Number or ScalarType.Boolean } scalar:
                Error(scalar, $"{label} must be a text, not {scalar.Kind}", HoldsSecrets ? "put it in quotes" : $"put it in quotes: \"{scalar.Text}\"");
                return null;
            case var other:
                WrongTypeOf(label, other, "a text");
                return null;
        }
    }

    private void WrongTypeOf(string label, Node value, string wanted, string? remedy = null)
    {
        if (value is BrokenNode)
            return;
        if (value is ScalarNode { Type: ScalarType.Null })
            Error(value, $"{label} has no value", remedy ?? $"write {wanted}, or remove it");
        else
            Error(value, $"{label} must be {wanted}, not {value.Kind}", remedy ?? $"write {wanted}");
    }

    private void Enter(Node key, Node value, IReadOnlyList<string> known)
    {
        if (key is BrokenNode)
            return;
        if (key is not ScalarNode { Text: var name })
            Error(key, $"a key must be a word, not {key.Kind}", $"write one of {string.Join(", ", known)}");
        else if (name == "<<")
            Error(key, "merge keys (<<) are not supported", "write the keys out; an alias (*) may stand for a whole value");
        else if (!known.Contains(name))
            Unknown(key, name, known);
        else if (!_keys.TryAdd(name, key))
            Error(key, $"{Label(name)} is given twice, first in line {_keys[name].Line}", "remove one");
        else
            _values[name] = value;
    }

    private void Unknown(Node key, string name, IReadOnlyList<string> known)
    {
        var where = _path.Length == 0 ? "at the top" : $"in {_path}";
        var remedy = NearestWord.Find(name, known) is { Count: > 0 } near ? $"did you mean {string.Join(" or ", near)}?" : $"known here: {string.Join(", ", known)}";
        if (HoldsSecrets)
            Error(key, $"unknown key {where}", $"{remedy} (secrets stay in files of their own, or in environment variables)");
        else
            Error(key, $"unknown key {Echo(name)} {where}", remedy);
    }

    private static string Named(string path) => path switch { "" => "the file", "endpoints" => "an endpoint", _ => path };

    private static string Keys(string path) => string.Join(", ", KnownKeys.BySection[path]);
}
