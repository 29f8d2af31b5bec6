using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober rules</c>: prints the alerting and recording rules.</summary>
internal static class RulesCommand
{
    /// <param name="options">The options, as typed.</param>
    /// <param name="arguments">The command line behind <c>natsprober rules</c>, for the comment that says how the file was made.</param>
    /// <param name="output">Takes the rules.</param>
    /// <param name="error">Takes what is wrong, a line each.</param>
    /// <returns>0, or 2 for impossible settings; nothing is printed then.</returns>
    public static int Run(RulesCommandOptions options, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var settings = options.ToSettings(out var errors);
        foreach (var one in errors)
            error.WriteLine($"natsprober rules: {one}");
        if (errors.Count > 0)
            return ExitCode.BadInput;

        var groups = RuleBook.Groups(settings, options.Part);
        var header = Header(arguments, settings);
        output.Write(options.Format == RulesFormat.Operator ? RulesYaml.Operator(groups, header, options.ResourceLabels()) : RulesYaml.Prometheus(groups, header));
        return ExitCode.Ok;
    }

    private static string Header(IReadOnlyList<string> arguments, RuleSettings settings) =>
        $"""
        Made by: {string.Join(' ', arguments.Prepend("natsprober rules").Select((argument, index) => index == 0 ? argument : Quoted(argument)))}
        To change it, run that with other options ('natsprober rules --help'). Do not edit it: the next run would undo that.
        For Prometheus 2.42 or later, a scrape of the probers at least every {Promql.Duration(settings.ScrapeInterval)} as job {settings.Job}.
        What each alert means and what to do: {settings.RunbookBase}
        """;

    /// <summary>As a shell takes it.</summary>
    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
