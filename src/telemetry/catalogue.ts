/**
 * Every metric of this program: name, kind, help text, labels, and the commands whose /metrics shows it. docs/validator.md and docs/dashboard.md
 * list them. Names follow Prometheus: they end with the unit, or with `_total` for a counter.
 */
type Command = "validate" | "serve" | "index"

export interface Definition {
  readonly kind: "counter" | "gauge" | "histogram"
  readonly help: string
  readonly labels: ReadonlyArray<string>
  readonly shownBy: ReadonlyArray<Command>
}

/** Definitions of metrics that these commands show. */
const shownBy = (...commands: ReadonlyArray<Command>) => {
  const ofKind =
    <const Kind extends Definition["kind"]>(kind: Kind) =>
    <const Labels extends ReadonlyArray<string>>(help: string, ...labels: Labels) => ({ kind, help, labels, shownBy: commands })
  return { counter: ofKind("counter"), gauge: ofKind("gauge"), histogram: ofKind("histogram") }
}

const validate = shownBy("validate")
const serve = shownBy("serve")
const index = shownBy("index")
const validateAndIndex = shownBy("validate", "index")
const everywhere = shownBy("validate", "serve", "index")

export const catalogue = {
  gittensor_axon_request_duration_seconds: validate.histogram("How long the axon took to answer"),
  gittensor_axon_requests_total: validate.counter("Requests to the axon, by synapse and the status of the answer", "synapse", "status"),
  gittensor_build_info: everywhere.gauge("Always 1; the labels say which program runs", "version", "runtime"),
  gittensor_chain_connected: validateAndIndex.gauge("1 while there is a connection to the chain"),
  gittensor_chain_endpoint_head_block: validateAndIndex.gauge(
    "The finalised block that an endpoint named when it was last compared with the others",
    "endpoint"
  ),
  gittensor_chain_endpoint_in_use: validateAndIndex.gauge("1 for the endpoint of now, 0 for the others", "endpoint"),
  gittensor_chain_failures_total: validateAndIndex.counter("Questions to the chain without an answer, by operation", "operation"),
  gittensor_chain_operation_duration_seconds: validateAndIndex.histogram("How long the chain took to answer, by operation", "operation"),
  gittensor_chain_reconnects_total: validateAndIndex.counter("Connections to the chain that were lost or given up, by why", "why"),
  gittensor_chain_requests_total: validateAndIndex.counter("JSON-RPC requests sent to the chain"),
  gittensor_chain_runtime_version: validateAndIndex.gauge("The version of the chain's runtime"),
  gittensor_enrolments_accepted_total: validate.counter("Enrolments stored"),
  gittensor_enrolments_held: validate.gauge("Enrolments held, expired ones that guard against replays included"),
  gittensor_enrolments_refused_total: validate.counter("Enrolments refused, by reason", "reason"),
  gittensor_event_loop_delay_seconds: validate.histogram("How much later than due a timer of this process fired"),
  gittensor_finalised_blocks_total: validate.counter("Finalised blocks that arrived"),
  gittensor_finalised_head_age_seconds: validate.gauge("Time since the last finalised block arrived"),
  gittensor_finalised_head_block: validate.gauge("The newest finalised block"),
  gittensor_foreign_transactions_total: validate.counter("Transactions of this hotkey that another process sent, by what they do", "what"),
  gittensor_github_failures_total: validateAndIndex.counter("Questions to GitHub that were given up, by route", "route"),
  gittensor_github_rate_limit_remaining: validateAndIndex.gauge(
    "Requests that GitHub still allows, by the token's place in the configuration",
    "token",
    "resource"
  ),
  gittensor_github_request_duration_seconds: validateAndIndex.histogram("How long GitHub took for one request"),
  gittensor_github_requests_total: validateAndIndex.counter("Requests to GitHub, by status or none", "outcome"),
  gittensor_gossip_exchanges_total: validate.counter("Exchanges of enrolments with one other validator, by result", "result"),
  gittensor_gossip_merged_total: validate.counter("Enrolments taken over from other validators"),
  gittensor_gossip_peers: validate.gauge("Other validators that say where they can be reached"),
  gittensor_gossip_refused_total: validate.counter("Gossiped enrolments that were refused, by reason", "reason"),
  gittensor_gossip_rounds_total: validate.counter("Rounds of gossip with all other validators"),
  gittensor_gossip_sent_total: validate.counter("Enrolments shown to other validators"),
  gittensor_heap_bytes: everywhere.gauge("Memory that JavaScript objects hold"),
  gittensor_http_connections: everywhere.gauge("Connections to this process's HTTP server"),
  gittensor_http_connections_closed_total: everywhere.counter("Connections that this process's HTTP server closed, by why", "why"),
  gittensor_journal_claims_total: validate.counter("Attempts to claim a vote in the journal, by result", "result"),
  gittensor_journal_in_flight: validate.gauge("Votes in the journal that are claimed and not known to be settled"),
  gittensor_journal_usable: validate.gauge("1 while the journal can be written"),
  gittensor_loop_failures_total: validate.counter("Steps of a loop that failed", "loop"),
  gittensor_loop_last_success_timestamp_seconds: validate.gauge("When a loop's step last ended well", "loop"),
  gittensor_loop_restarts_total: validate.counter("Loops that stopped and were started again", "loop"),
  gittensor_loop_steps_total: validate.counter("Steps of a loop that ended well", "loop"),
  gittensor_loop_timeouts_total: validate.counter("Steps of a loop that were given up because they took too long", "loop"),
  gittensor_pairs_total: validate.counter("Open issues of a round, by whether they got a pair and why not", "result"),
  gittensor_parsed_files_total: validate.counter("Files of pull requests whose two versions were compared, by how that ended", "result"),
  gittensor_parsed_pull_requests_total: validate.counter(
    "Pull requests whose files were compared, by whether they kept their budget",
    "result"
  ),
  gittensor_parsing_processes_replaced_total: validate.counter("Processes that parse files and were killed or had ended, by why", "why"),
  gittensor_pull_request_parsing_duration_seconds: validate.histogram("How long a pull request had a process that parses files"),
  gittensor_round: validate.gauge("The round of the finalised head"),
  gittensor_rounds_total: validate.counter("Rounds computed to their end, by whether they gave a pair", "result"),
  gittensor_scores_epoch: validate.gauge("The last epoch whose contributions this process measured"),
  gittensor_scores_kept: validate.gauge("Scores in that epoch that an earlier one measured, because GitHub did not tell everything"),
  gittensor_step_duration_seconds: validate.histogram("How long a loop's step took", "loop"),
  gittensor_transactions_total: validate.counter("Transactions, by what became of them", "result"),
  gittensor_upkeep_total: validate.counter("Chores done or found done by somebody else", "chore", "result"),
  gittensor_verdicts_total: validate.counter("Verdicts on issues, by kind and reason, each time they were looked at", "verdict", "reason"),
  gittensor_votes_total: validate.counter("Votes and attestations, by kind and what became of them", "kind", "result"),
  gittensor_voting: validate.gauge("1 while this process may vote, 0 while another one with its hotkey may be at work"),
  gittensor_watchdog_notifications_total: validate.counter("Signs of life sent to the service manager"),
  gittensor_weights_last_block: validate.gauge("The block of the last weights that this process set"),
  gittensor_weights_set_total: validate.counter("How often this process set weights"),
  process_cpu_seconds_total: everywhere.counter("Processor time of this process"),
  process_open_fds: validate.gauge("Open files and sockets of this process"),
  process_resident_memory_bytes: everywhere.gauge("Memory that this process holds"),
  process_start_time_seconds: everywhere.gauge("When this process began, in seconds since 1970"),
  gittensor_api_clients_limited_total: serve.counter("Requests refused because their client had asked too often"),
  gittensor_api_compressed_bytes_total: serve.counter("Bytes of answers after compression, by encoding", "encoding"),
  gittensor_api_not_modified_total: serve.counter("Answers without a body because the client had it already"),
  gittensor_api_request_duration_seconds: serve.histogram("How long an answer took until its first byte, by endpoint", "endpoint"),
  gittensor_api_requests_in_progress: serve.gauge("Requests that are being answered now, streams not counted"),
  gittensor_api_requests_total: serve.counter("Requests, by endpoint and status", "endpoint", "status"),
  gittensor_api_stream_clients: serve.gauge("Clients that listen to the stream of changes now"),
  gittensor_api_stream_dropped_total: serve.counter("Clients of the stream that were cut off, by why", "why"),
  gittensor_api_stream_messages_total: serve.counter("Messages made for the stream, by event", "event"),
  gittensor_api_stream_poll_failures_total: serve.counter("Looks at the database for the stream that failed"),
  gittensor_index_behind_blocks: serve.gauge("Blocks between the chain's finalised head and the newest indexed block"),
  gittensor_index_head_block: serve.gauge("The newest indexed block"),
  gittensor_indexer_blocks_total: index.counter("Blocks written into the database"),
  gittensor_indexer_caught_up: index.gauge("1 once the first pass has reached the finalised head, 0 before"),
  gittensor_indexer_chain_head_block: index.gauge("The newest finalised block that arrived"),
  gittensor_indexer_head_age_seconds: index.gauge("Time since the last finalised block arrived"),
  gittensor_indexer_head_block: index.gauge("The newest block that this process has written or found written"),
  gittensor_indexer_last_success_timestamp_seconds: index.gauge("When a pass last ended well"),
  gittensor_indexer_pass_duration_seconds: index.histogram("How long a pass to a finalised head took"),
  gittensor_indexer_retries_total: index.counter("Times that the chain, the database or its lock was waited for, by which", "why"),
  gittensor_indexer_waiting: index.gauge("1 while the chain or the database is waited for")
} as const satisfies Record<string, Definition>

/** The metrics that a command shows, in the order of the catalogue. */
export const metricsOf = (command: Command): Readonly<Record<string, Definition>> =>
  Object.fromEntries(Object.entries<Definition>(catalogue).filter(([, definition]) => definition.shownBy.includes(command)))
