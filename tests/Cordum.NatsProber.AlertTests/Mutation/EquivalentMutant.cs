namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A mutant, or the same mutant of several rules, that no series could tell from the original.</summary>
/// <param name="Rule">The rule's id; a <c>*</c> at its end stands for any rest.</param>
/// <param name="What">The change, as <see cref="Mutant"/> says it; likewise with a <c>*</c>.</param>
/// <param name="Reason">Why it changes nothing.</param>
internal sealed record EquivalentMutant(string Rule, string What, string Reason)
{
    private const string OtherSideFilters = "Both sides match on all labels, and each other one still has the condition.";

    private const string SaidTwice = "The objective's name comes with the budget and is set by the rule as well.";

    private const string WholeEvents = "An increase of whole events is 0 or at least 1, and about 4 or about 5: nothing lies between.";

    private const string Presence = "Only whether there is a value is looked at, never which.";

    /// <summary>All of them. One that a test kills, or that there is not, fails the tests.</summary>
    public static IReadOnlyList<EquivalentMutant> All { get; } =
    [
        .. Of("cluster_endpoint_prober:cordum_nats_down:max", OtherSideFilters, "component=\"natsprober\" → removed*"),
        .. Of("cluster_endpoint_prober:cordum_nats_outage:max", OtherSideFilters,
            "component=\"natsprober\" → removed #3", "component=\"natsprober\" → removed #4", "component=\"natsprober\" → removed #5"),
        .. Of("cluster_endpoint_prober:cordum_nats_down:max", "By the parity law the counters' sum is even where the gauge is 1 and odd where it is 0, but for the first dial.", "- → + #2"),
        .. Of("cluster_endpoint_prober:cordum_nats_outage:max", "Likewise.", "- → +"),
        .. Of("cluster_endpoint_prober:cordum_nats_outage_planned:max", OtherSideFilters,
            "component=\"natsprober\" → removed #2", "component=\"natsprober\" → removed #3", "component=\"natsprober\" → removed #4"),
        .. Of("cluster_endpoint_prober:cordum_nats_outage_planned:max", "The counters' parity, as above.", "- → +"),
        .. Of("cluster_endpoint_prober:cordum_nats_reconnects:increase15m", OtherSideFilters, "component=\"natsprober\" → removed*", "scope!=\"cluster\" → removed*"),
        .. Of("CordumNatsWatchdog{severity=none}", Presence, "1 → *"),
        .. Of("CordumNatsProberAbsent*", Presence, "count → sum #3", "count → max #3"),
        .. Of("CordumNatsProberLost*", Presence, "count → *"),
        .. Of("cluster:cordum_nats_error_budget_burn:rate*", SaidTwice, "(objective) → without objective"),
        .. Of("cluster:cordum_nats_error_budget_*", SaidTwice, "objective: availability → removed", "objective: latency → removed"),
        .. Of("CordumNatsErrorBudgetBurn{severity=critical}", "ALERTS is always 1.", "max_over_time → *"),
        .. Of("component:cordum_nats_application_down:*", OtherSideFilters,
            "component!=\"\" → removed #2", "component!=\"\" → removed #3", "component!=\"\" → removed #4",
            "component!=\"natsprober\" → removed #2", "component!=\"natsprober\" → removed #3", "component!=\"natsprober\" → removed #4"),
        .. Of("component:cordum_nats_application_down:*", "Nothing times a counter is written to have its labels; its sign, or not being a number at a counter of 0, leaves 'at least 1' as it is.", "* → /", "0 → -1 #2"),
        .. Of("component:cordum_nats_application_down:*", "A difference of counters of events is whole.", "1 → 0.8"),
        .. Of("component:cordum_nats_application_churn:*", OtherSideFilters, "component!=\"\" → removed*", "component!=\"natsprober\" → removed*"),
        .. Of("component:cordum_nats_application_churn:*", WholeEvents, ">= → >*", "0.5 → *"),
        .. Of("CordumNatsApplication*", "The first condition reads the same series, for not as long.", "[2m] → [4m] #3"),
    ];

    public bool Is(Mutant mutant) => Fits(Rule, mutant.RuleId) && Fits(What, mutant.What);

    private static IEnumerable<EquivalentMutant> Of(string rule, string reason, params string[] changes) => changes.Select(what => new EquivalentMutant(rule, what, reason));

    private static bool Fits(string pattern, string text) => pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;
}
