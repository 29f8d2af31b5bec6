using System.CommandLine;
using Cordum.NatsProber.Benchmarks.Endurance;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Benchmarks.Overhead;
using Cordum.NatsProber.Benchmarks.Scale;
using Cordum.NatsProber.Benchmarks.Truth;

// What eng/bench.sh runs: each benchmark prints its section of the page, and puts it there.
Benchmark[] all =
[
    new("truth", "Does it tell the truth?", TruthBenchmark.RunAsync),
    new("overhead", "What does a round trip gain on its way?", OverheadBenchmark.RunAsync),
    new("stalls", "Does it know its own faults?", StallBenchmark.RunAsync),
    new("scale", "What does an endpoint cost?", ScaleBenchmark.RunAsync),
    new("change", "What has changed?", ChangeBenchmark.RunAsync, NeedsEarlierBuild: true),
    new("endurance", "Does it stay so?", EnduranceBenchmark.RunAsync),
];

// A benchmark that needs further processes starts this program again, in one of these roles.
switch (args)
{
    case [RoundTripProcess.Role, var way, var at]:
        return await RoundTripProcess.RunAsync(way, at);
    case [StallHost.Role, var probeFile, var asked]:
        return StallHost.Run(probeFile, asked);
    case [Burners.Role, var nice]:
        return Burners.Run(nice);
}

var names = new Argument<string[]>("benchmarks") { Description = "Which; all if none is named.", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. all.Select(one => one.Name)]);
var page = new Option<FileInfo?>("--page") { Description = "The page to put the sections into; none, to print them only." };
var brief = new Option<bool>("--brief") { Description = "Fewer rounds and shorter: to see that it works, not what the numbers are." };
var command = new RootCommand("Benchmarks of natsprober: truth, overhead, scale and endurance, beside what people would use instead.") { names, page, brief };
command.SetAction(async (parsed, stop) =>
{
    var chosen = parsed.GetValue(names) is { Length: > 0 } named ? all.Where(one => named.Contains(one.Name)) : all.Where(one => !one.NeedsEarlierBuild || BenchmarkTools.Earlier is not null);
    var setting = new BenchmarkSetting(parsed.GetValue(brief), BenchmarkTools.Find());
    foreach (var one in chosen)
    {
        var section = await one.SectionAsync(setting, stop);
        Console.WriteLine(section);
        if (parsed.GetValue(page) is { } file)
            BenchmarksPage.Put(file.FullName, one.Name, section);
    }
});
return await command.Parse(args).InvokeAsync();
