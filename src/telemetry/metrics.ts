/**
 * Everything that this program counts: names, kinds, labels and help texts, so that /metrics, the documentation and the code agree.
 * Names follow Prometheus: the unit is in the name, a counter ends with `_total`.
 */
import { Effect, Metric, MetricBoundaries } from "effect"
import { dashboardMetrics } from "./dashboard.ts"
import { counter, type Definition, gauge, histogram } from "./definition.ts"
import { indexerMetrics } from "./indexer.ts"

/** What a validator's /metrics shows; docs/validator.md lists it. */
export const validatorMetrics = {
  gittensor_axon_request_duration_seconds: histogram("How long the axon took to answer"),
  gittensor_axon_requests_total: counter("Requests to the axon, by synapse and the status of the answer", "synapse", "status"),
  gittensor_build_info: gauge("Always 1; the labels say which program runs", "version", "runtime"),
  gittensor_chain_connected: gauge("1 while there is a connection to the chain"),
  gittensor_chain_endpoint_head_block: gauge(
    "The finalised block that an endpoint named when it was last compared with the others",
    "endpoint"
  ),
  gittensor_chain_endpoint_in_use: gauge("1 for the endpoint of now, 0 for the others", "endpoint"),
  gittensor_chain_failures_total: counter("Questions to the chain without an answer, by operation", "operation"),
  gittensor_chain_operation_duration_seconds: histogram("How long the chain took to answer, by operation", "operation"),
  gittensor_chain_reconnects_total: counter("Connections to the chain that were lost or given up, by why", "why"),
  gittensor_chain_requests_total: counter("JSON-RPC requests sent to the chain"),
  gittensor_chain_runtime_version: gauge("The version of the chain's runtime"),
  gittensor_enrolments_accepted_total: counter("Enrolments stored"),
  gittensor_enrolments_held: gauge("Enrolments held, expired ones that guard against replays included"),
  gittensor_enrolments_refused_total: counter("Enrolments refused, by reason", "reason"),
  gittensor_event_loop_delay_seconds: histogram("How much later than due a timer of this process fired"),
  gittensor_finalised_blocks_total: counter("Finalised blocks that arrived"),
  gittensor_finalised_head_age_seconds: gauge("Time since the last finalised block arrived"),
  gittensor_finalised_head_block: gauge("The newest finalised block"),
  gittensor_foreign_transactions_total: counter("Transactions of this hotkey that another process sent, by what they do", "what"),
  gittensor_github_failures_total: counter("Questions to GitHub that were given up, by route", "route"),
  gittensor_github_rate_limit_remaining: gauge(
    "Requests that GitHub still allows, by the token's place in the configuration",
    "token",
    "resource"
  ),
  gittensor_github_request_duration_seconds: histogram("How long GitHub took for one request"),
  gittensor_github_requests_total: counter("Requests to GitHub, by status or none", "outcome"),
  gittensor_gossip_exchanges_total: counter("Exchanges of enrolments with one other validator, by result", "result"),
  gittensor_gossip_merged_total: counter("Enrolments taken over from other validators"),
  gittensor_gossip_peers: gauge("Other validators that say where they can be reached"),
  gittensor_gossip_refused_total: counter("Gossiped enrolments that were refused, by reason", "reason"),
  gittensor_gossip_rounds_total: counter("Rounds of gossip with all other validators"),
  gittensor_gossip_sent_total: counter("Enrolments shown to other validators"),
  gittensor_heap_bytes: gauge("Memory that JavaScript objects hold"),
  gittensor_http_connections: gauge("Connections to this process's HTTP server"),
  gittensor_http_connections_closed_total: counter("Connections that this process's HTTP server closed, by why", "why"),
  gittensor_journal_claims_total: counter("Attempts to claim a vote in the journal, by result", "result"),
  gittensor_journal_in_flight: gauge("Votes in the journal that are claimed and not known to be settled"),
  gittensor_journal_usable: gauge("1 while the journal can be written"),
  gittensor_loop_failures_total: counter("Steps of a loop that failed", "loop"),
  gittensor_loop_last_success_timestamp_seconds: gauge("When a loop's step last ended well", "loop"),
  gittensor_loop_restarts_total: counter("Loops that stopped and were started again", "loop"),
  gittensor_loop_steps_total: counter("Steps of a loop that ended well", "loop"),
  gittensor_loop_timeouts_total: counter("Steps of a loop that were given up because they took too long", "loop"),
  gittensor_pairs_total: counter("Open issues of a round, by whether they got a pair and why not", "result"),
  gittensor_parsed_files_total: counter("Files of pull requests whose two versions were compared, by how that ended", "result"),
  gittensor_parsed_pull_requests_total: counter("Pull requests whose files were compared, by whether they kept their budget", "result"),
  gittensor_parsing_processes_replaced_total: counter("Processes that parse files and were killed or had ended, by why", "why"),
  gittensor_pull_request_parsing_duration_seconds: histogram("How long a pull request had a process that parses files"),
  gittensor_round: gauge("The round of the finalised head"),
  gittensor_rounds_total: counter("Rounds computed to their end, by whether they gave a pair", "result"),
  gittensor_scores_epoch: gauge("The last epoch whose contributions this process measured"),
  gittensor_scores_kept: gauge("Scores in that epoch that an earlier one measured, because GitHub did not tell everything"),
  gittensor_step_duration_seconds: histogram("How long a loop's step took", "loop"),
  gittensor_transactions_total: counter("Transactions, by what became of them", "result"),
  gittensor_upkeep_total: counter("Chores done or found done by somebody else", "chore", "result"),
  gittensor_verdicts_total: counter("Verdicts on issues, by kind and reason, each time they were looked at", "verdict", "reason"),
  gittensor_votes_total: counter("Votes and attestations, by kind and what became of them", "kind", "result"),
  gittensor_voting: gauge("1 while this process may vote, 0 while another one with its hotkey may be at work"),
  gittensor_watchdog_notifications_total: counter("Signs of life sent to the service manager"),
  gittensor_weights_last_block: gauge("The block of the last weights that this process set"),
  gittensor_weights_set_total: counter("How often this process set weights"),
  process_cpu_seconds_total: counter("Processor time of this process"),
  process_open_fds: gauge("Open files and sockets of this process"),
  process_resident_memory_bytes: gauge("Memory that this process holds"),
  process_start_time_seconds: gauge("When this process began, in seconds since 1970")
} as const satisfies Record<string, Definition>

export const catalogue = { ...validatorMetrics, ...dashboardMetrics, ...indexerMetrics } as const

type Catalogue = typeof catalogue
type Named<Kind extends Definition["kind"]> = {
  [Name in keyof Catalogue]: Catalogue[Name]["kind"] extends Kind ? Name : never
}[keyof Catalogue]
/** A value for each label of a metric; nothing where it has none. */
type LabelsOf<Name extends keyof Catalogue> = Catalogue[Name]["labels"] extends readonly []
  ? []
  : [labels: { readonly [Label in Catalogue[Name]["labels"][number]]: string }]

/** From a millisecond to ten minutes: what one question takes, and what a step takes. */
const SECONDS = MetricBoundaries.fromIterable([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600])

const isNamed =
  <Kind extends Definition["kind"]>(kind: Kind) =>
  (entry: [string, Definition]): boolean =>
    entry[1].kind === kind
const made = <A>(kind: Definition["kind"], make: (name: string, help: string) => A): ReadonlyMap<string, A> =>
  new Map(
    Object.entries<Definition>(catalogue)
      .filter(isNamed(kind))
      .map(([name, { help }]) => [name, make(name, help)])
  )

const counters = made("counter", (name, description) => Metric.counter(name, { description, incremental: true }))
const gauges = made("gauge", (name, description) => Metric.gauge(name, { description }))
const histograms = made("histogram", (name, description) => Metric.histogram(name, SECONDS, description))

const tagged = <Type, In, Out>(metric: Metric.Metric<Type, In, Out> | undefined, labels: Readonly<Record<string, string>> | undefined) =>
  metric === undefined
    ? undefined
    : Object.entries(labels ?? {}).reduce((labelled, [label, value]) => Metric.tagged(labelled, label, value), metric)

const update = <Type, In, Out>(
  metrics: ReadonlyMap<string, Metric.Metric<Type, In, Out>>,
  name: string,
  value: In,
  labels: Readonly<Record<string, string>> | undefined
): Effect.Effect<void> => {
  const metric = tagged(metrics.get(name), labels)
  return metric === undefined ? Effect.void : Metric.update(metric, value)
}

/** Counts one. */
export const count = <Name extends Named<"counter">>(name: Name, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(counters, name, 1, labels)

/** Counts so many at once. */
export const countMany = <Name extends Named<"counter">>(name: Name, amount: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  amount > 0 ? update(counters, name, amount, labels) : Effect.void

export const set = <Name extends Named<"gauge">>(name: Name, value: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(gauges, name, value, labels)

/** A counter whose value is kept elsewhere, by the system or a library. */
export const setTotal = <Name extends Named<"counter">>(name: Name, value: number): Effect.Effect<void> =>
  Metric.set(Metric.gauge(name), value)

/** `seconds`: as every histogram of the catalogue has it. */
export const observe = <Name extends Named<"histogram">>(name: Name, seconds: number, ...[labels]: LabelsOf<Name>): Effect.Effect<void> =>
  update(histograms, name, seconds, labels)
