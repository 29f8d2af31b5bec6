using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cordum.NatsProber.Probes;

/// <summary>
/// Turns YAML text into nodes that remember their place. Built on the parser's events rather than on its own document model, which stops at
/// the first duplicate key or unknown alias and so would hide every error after it.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 16;

    private readonly Parser _parser;
    private readonly Findings _findings;
    private readonly Dictionary<AnchorName, Node> _anchors = [];
    private readonly (int Line, int Column) _end;

    private YamlTree(string text, Findings findings)
    {
        (_parser, _findings) = (new Parser(new StringReader(text)), findings);
        _end = SourceText.Position(text, text.Length);
    }

    /// <returns>The first document's root; null when the file is empty or its syntax is broken, which is then reported.</returns>
    public static Node? Parse(string text, Findings findings)
    {
        var tree = new YamlTree(text, findings);
        try
        {
            return tree.Documents();
        }
        catch (YamlException e)
        {
            var (line, column) = e.Message.Contains("tab", StringComparison.Ordinal) ? tree.FirstTab(text, e) : tree.Place(e.Start);
            findings.Error(line, column, $"YAML syntax: {Sentence(e.Message)}", "correct it; nothing else in the file was checked");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            // The parser lets some of these escape, for example for the escape \UFFFFFFFF.
            var (line, column) = tree.Place(tree._parser.Current?.End ?? Mark.Empty);
            findings.Error(line, column, "YAML syntax: broken at or after this place", "correct it; nothing else in the file was checked");
        }

        return null;
    }

    private Node? Documents()
    {
        Node? root = null;
        for (var documents = 0; _parser.MoveNext();)
        {
            if (_parser.Current is not DocumentStart start)
                continue;
            if (++documents > 1)
            {
                var (line, column) = Place(start.Start);
                _findings.Error(line, column, "a second YAML document begins here", "put each cluster in a file of its own");
                return root;
            }

            _parser.MoveNext();
            root = Read(depth: 1);
        }

        if (root is null or ScalarNode { Type: ScalarType.Null })
        {
            _findings.Error(1, 1, "the file is empty", "write at least `cluster:` and `endpoints:`, or remove the file");
            return null;
        }

        return root;
    }

    private Node Read(int depth)
    {
        var at = _parser.Current!;
        var (line, column) = Place(at.Start);
        if (depth > MaxDepth)
            throw new YamlException(at.Start, at.End, $"nested more than {MaxDepth} levels deep");
        if (at is AnchorAlias alias)
        {
            if (_anchors.TryGetValue(alias.Value, out var named))
                return named with { Line = line, Column = column };
            _findings.Error(line, column, "an alias (*) of an anchor that is not defined above", "define it (&) first, or quote a text that begins with *");
            return new BrokenNode(line, column);
        }

        // The parser answers a stray colon with an event too few or too many, which shifts keys and values.
        if (at is not NodeEvent content)
            throw new YamlException(at.Start, at.End, "a key without a value, or a value without a key, at or before this place");
        if (!content.Tag.IsEmpty)
            _findings.Error(line, column, "YAML tags (!) are not supported", "remove the tag, or quote a text that begins with !");
        Node node = content switch
        {
            Scalar scalar => new ScalarNode(
                line, column, scalar.Value, scalar.Style == ScalarStyle.Plain ? ScalarNode.TypeOfPlain(scalar.Value) : ScalarType.Text),
            SequenceStart => new ListNode(line, column, Items(depth)),
            _ => new MapNode(line, column, Entries(depth)),
        };
        if (!content.Anchor.IsEmpty)
            _anchors[content.Anchor] = node;
        return node;
    }

    private List<Node> Items(int depth)
    {
        var items = new List<Node>();
        for (_parser.MoveNext(); _parser.Current is not SequenceEnd; _parser.MoveNext())
            items.Add(Read(depth + 1));
        return items;
    }

    private List<KeyValuePair<Node, Node>> Entries(int depth)
    {
        var entries = new List<KeyValuePair<Node, Node>>();
        for (_parser.MoveNext(); _parser.Current is not MappingEnd; _parser.MoveNext())
        {
            var key = Read(depth + 1);
            _parser.MoveNext();
            entries.Add(new(key, Read(depth + 1)));
        }

        return entries;
    }

    /// <summary>At the end of its input the parser points past it, where no editor can go.</summary>
    private (int Line, int Column) Place(in Mark mark)
    {
        var place = ((int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));
        return place.CompareTo(_end) > 0 ? _end : place;
    }

    /// <summary>For a tab in the indentation the parser points at the mapping around it.</summary>
    private (int Line, int Column) FirstTab(string text, YamlException e)
    {
        for (int start = Math.Clamp((int)e.Start.Index, 0, text.Length), i = start; i < text.Length; i++)
        {
            if (text[i] == '\t' && text.AsSpan(0, i).TrimEnd(" \t") is [] or [.., '\n' or '\r'])
                return SourceText.Position(text, i);
        }

        return Place(e.Start);
    }

    private static string Sentence(string message) =>
        message.Length == 0 ? "broken" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.').Replace(";", ",", StringComparison.Ordinal);
}
