/**
 * All metrics: name, kind, help text, labels, and the commands whose /metrics shows them. docs/reference/validator.md, docs/reference/dashboard.md
 * and docs/reference/quality.md list them. Names follow Prometheus's conventions: they end in the unit, and those of counters in `_total`.
 */
type Command = "validate" | "serve" | "index" | "work"

export interface Definition {
  readonly kind: "counter" | "gauge" | "histogram"
  readonly help: string
  readonly labels: ReadonlyArray<string>
  readonly shownBy: ReadonlyArray<Command>
}

/** Constructors for metrics of these commands. */
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
const validateAndWork = shownBy("validate", "work")
const validateIndexAndWork = shownBy("validate", "index", "work")
const everywhere = shownBy("validate", "serve", "index", "work")
const work = shownBy("work")

export const catalogue = {
  gittensor_axon_request_duration_seconds: validate.histogram("Time the axon took to answer a request"),
  gittensor_axon_requests_total: validate.counter("Requests to the axon, by synapse and response status", "synapse", "status"),
  gittensor_build_info: everywhere.gauge("Always 1; the labels name the running version", "version", "runtime"),
  gittensor_chain_connected: validateAndIndex.gauge("1 while connected to the chain, 0 otherwise"),
  gittensor_chain_endpoint_head_block: validateAndIndex.gauge(
    "Finalised block of an endpoint at the last comparison of endpoints",
    "endpoint"
  ),
  gittensor_chain_endpoint_in_use: validateAndIndex.gauge("1 for the endpoint in use, 0 for the others", "endpoint"),
  gittensor_chain_failures_total: validateAndIndex.counter("Failed operations on the chain, by operation", "operation"),
  gittensor_chain_operation_duration_seconds: validateAndIndex.histogram("Duration of operations on the chain, by operation", "operation"),
  gittensor_chain_reconnects_total: validateAndIndex.counter("Connections to the chain that were lost or closed, by reason", "why"),
  gittensor_chain_requests_total: validateAndIndex.counter("JSON-RPC requests sent to the chain"),
  gittensor_chain_runtime_version: validateAndIndex.gauge("Version of the chain's runtime"),
  gittensor_consensus_challenge_faults_total: validate.counter(
    "Records of other validators' reports that were missing, invalid, or scored differently here, by fault",
    "fault"
  ),
  gittensor_consensus_epoch: validate.gauge("Last epoch whose reports this process combined"),
  gittensor_consensus_equivocations_total: validate.counter("Validators proven to have signed two different reports for one epoch"),
  gittensor_consensus_quorum: validate.gauge("1 if validators with two thirds of the stake had reports in that epoch, 0 otherwise"),
  gittensor_consensus_rank_correlation_ratio: validate.gauge(
    "Rank correlation of this validator's own scores with the consensus, in the last epoch that could be compared"
  ),
  gittensor_consensus_reports: validate.gauge("Reports included in that epoch, with this validator's own"),
  gittensor_consensus_rescored_records_total: validate.counter(
    "Records of other validators' reports that this validator tried to score again, by result",
    "result"
  ),
  gittensor_consensus_same_best_miner: validate.gauge(
    "1 if this validator and the consensus have the same best miner in the last epoch that could be compared, 0 otherwise"
  ),
  gittensor_duels_total: validateAndWork.counter("Duels that ended in this process, by result", "result"),
  gittensor_enrolments_accepted_total: validate.counter("Enrolments stored"),
  gittensor_enrolments_held: validate.gauge("Enrolments held, including expired ones kept to detect replays"),
  gittensor_enrolments_refused_total: validate.counter("Enrolments refused, by reason", "reason"),
  gittensor_event_loop_delay_seconds: validate.histogram("Delay of timers in this process's event loop"),
  gittensor_finalised_blocks_total: validate.counter("Finalised blocks received"),
  gittensor_defects_total: validateAndIndex.counter(
    "Inputs from strangers that were left out because their values are impossible, by what was read",
    "what"
  ),
  gittensor_fees_days_left: validate.gauge(
    "Days for which the hotkey's balance covers fees, at the cost of the last day (in the first six hours, of a usual day)"
  ),
  gittensor_fees_paid_rao_total: validate.counter("Fees that this process's transactions cost, in rao of TAO"),
  gittensor_finalised_head_age_seconds: validate.gauge("Time since the last finalised block was received"),
  gittensor_finalised_head_block: validate.gauge("Newest finalised block"),
  gittensor_foreign_transactions_total: validate.counter(
    "Transactions that another process sent with this hotkey, by what they do",
    "what"
  ),
  gittensor_git_left_alone: validate.gauge(
    "Repositories that exceed a limit of clones, or whose pull requests do: GitHub's API is asked instead for six hours"
  ),
  gittensor_github_failures_total: validateIndexAndWork.counter(
    "Requests to GitHub that failed after all retries, by route and cause: a rate limit (limited), a refusal (refused), a failure of GitHub (ill), other",
    "route",
    "cause"
  ),
  gittensor_github_limits_total: validateIndexAndWork.counter(
    "Answers of GitHub that a rate limit is exhausted: a token's hourly limit (primary), or one against bursts (secondary)",
    "kind"
  ),
  gittensor_github_rate_limit_remaining: validateIndexAndWork.gauge(
    "Requests left in GitHub's rate limit, by the token's position in the configuration",
    "token",
    "resource"
  ),
  gittensor_github_refusing_owners: validateIndexAndWork.gauge(
    "Owners whose repositories GitHub refused to a token in the last hour, by the token's position in the configuration",
    "token"
  ),
  gittensor_github_request_duration_seconds: validateIndexAndWork.histogram("Duration of a request to GitHub"),
  gittensor_github_requests_total: validateIndexAndWork.counter(
    "Requests to GitHub, by response status; limited if a rate limit was exhausted, none without a response",
    "outcome"
  ),
  gittensor_github_smaller_queries_total: validateIndexAndWork.counter(
    "Queries that were too large for GitHub and were repeated with a smaller page"
  ),
  gittensor_file_versions_total: validateAndWork.counter(
    "Versions of changed files that were compared, by the source of their syntax tree",
    "from"
  ),
  gittensor_gossip_exchanges_total: validate.counter("Exchanges of enrolments with another validator, by result", "result"),
  gittensor_gossip_merged_total: validate.counter("Enrolments received from other validators and stored"),
  gittensor_gossip_peers: validate.gauge("Other validators with a published axon"),
  gittensor_gossip_refused_total: validate.counter("Enrolments received from other validators and refused, by reason", "reason"),
  gittensor_gossip_rounds_total: validate.counter("Gossip rounds with all other validators"),
  gittensor_gossip_sent_total: validate.counter("Enrolments sent to other validators"),
  gittensor_heap_bytes: everywhere.gauge("Memory used by JavaScript objects"),
  gittensor_http_connections: everywhere.gauge("Open connections to this process's HTTP server"),
  gittensor_http_connections_closed_total: everywhere.counter("Connections closed by this process's HTTP server, by reason", "why"),
  gittensor_hotkey_balance_rao: validate.gauge("The hotkey's balance for fees, in rao of TAO"),
  gittensor_journal_claims_total: validate.counter("Attempts to claim a vote in the journal, by result", "result"),
  gittensor_journal_in_flight: validate.gauge("Votes claimed in the journal and not yet settled"),
  gittensor_journal_usable: validate.gauge("1 while the journal is writable, 0 otherwise"),
  gittensor_judge_budget_left_micro_dollars: validateAndWork.gauge("Rest of today's budget for judges (UTC), in millionths of a dollar"),
  gittensor_judge_changed_answers_ratio: validateAndWork.gauge(
    "Share of a judge's answers to the daily stability probe that differ from the day before, over 30 days",
    "judge"
  ),
  gittensor_judge_cost_micro_dollars_total: validateAndWork.counter(
    "Cost of this process's requests to judges, in millionths of a dollar, by judge; the highest possible cost if the server states none",
    "judge"
  ),
  gittensor_judge_requests_total: validateAndWork.counter("This process's requests to judges, by judge and outcome", "judge", "outcome"),
  gittensor_loop_failures_total: validate.counter("Failed steps of a loop", "loop"),
  gittensor_loop_last_success_timestamp_seconds: validate.gauge("Unix time of the loop's last successful step", "loop"),
  gittensor_loop_restarts_total: validate.counter("Restarts of a loop", "loop"),
  gittensor_loop_steps_total: validate.counter("Successful steps of a loop", "loop"),
  gittensor_loop_timeouts_total: validate.counter("Steps of a loop abandoned at the time limit", "loop"),
  gittensor_missing_evidence: validate.gauge("Items that GitHub does not show although they are not proven to be gone, by kind", "kind"),
  gittensor_pairs_total: validate.counter("Open issues of a round, by whether they got a pair, or why not", "result"),
  gittensor_parsed_files_total: validateAndWork.counter("Files of pull requests compared, by result", "result"),
  gittensor_parsed_pull_requests_total: validateAndWork.counter(
    "Pull requests compared, by whether they stayed within their time budget",
    "result"
  ),
  gittensor_parsing_processes_replaced_total: validateAndWork.counter("Parsing processes that were replaced, by reason", "why"),
  gittensor_peer_reports_counted_total: validate.counter("Other validators' reports that were fetched and included"),
  gittensor_peer_reports_refused_total: validate.counter("Other validators' reports that were excluded, by reason", "reason"),
  gittensor_pull_request_parsing_duration_seconds: validateAndWork.histogram("Time a pull request occupied a parsing process"),
  gittensor_quality_heads: validate.gauge("Heads of competitors' pull requests that this validator has seen, by state", "state"),
  gittensor_quality_oldest_unfinished_seconds: validate.gauge(
    "Time since the last step of the head that has waited longest for its judgement; 0 if none waits"
  ),
  gittensor_quality_unread_total: validate.counter("Times that GitHub did not show the head of a competitor's pull request"),
  gittensor_roster_answers_total: validate.counter("Answers of the roster's mirrors, by result", "result"),
  gittensor_roster_contradictions: validate.gauge("Versions of the roster for which its signer signed two different files"),
  gittensor_round: validate.gauge("Round of the finalised head"),
  gittensor_rounds_total: validate.counter("Rounds computed, by whether they produced a pair", "result"),
  gittensor_scores_epoch: validate.gauge("Last epoch whose contributions this process scored"),
  gittensor_scores_kept: validate.gauge("Scores in that epoch kept from earlier ones, because GitHub's answers were incomplete"),
  gittensor_step_duration_seconds: validate.histogram("Duration of a loop's step", "loop"),
  gittensor_transactions_total: validate.counter("Transactions, by result", "result"),
  gittensor_upkeep_total: validate.counter("Upkeep chores, by chore and result", "chore", "result"),
  gittensor_verdicts_total: validate.counter("Verdicts on issues, by kind and reason, counted at every check", "verdict", "reason"),
  gittensor_votes_total: validate.counter("Votes and attestations, by kind and result", "kind", "result"),
  gittensor_voting: validate.gauge("1 while this process may vote, 0 while it stands by"),
  gittensor_watchdog_notifications_total: validate.counter("Watchdog notifications sent to the service manager"),
  gittensor_weights_last_block: validate.gauge("Block in which this process last set weights"),
  gittensor_weights_set_total: validate.counter("Times this process set weights"),
  process_cpu_seconds_total: everywhere.counter("CPU time used by this process"),
  process_open_fds: validate.gauge("Open file descriptors of this process"),
  process_resident_memory_bytes: everywhere.gauge("Resident memory of this process"),
  process_start_time_seconds: everywhere.gauge("Unix time at which this process started"),
  gittensor_api_answers_total: serve.counter("Answers of endpoints, by whether they were computed or came from memory", "from"),
  gittensor_api_clients_limited_total: serve.counter("Requests refused by the rate limit"),
  gittensor_api_compressed_bytes_total: serve.counter("Bytes of compressed responses, by encoding", "encoding"),
  gittensor_api_not_modified_total: serve.counter("Responses 304 (the client's copy was current)"),
  gittensor_api_request_duration_seconds: serve.histogram("Time to a response's first byte, by endpoint", "endpoint"),
  gittensor_api_requests_in_progress: serve.gauge("Requests in progress, without streams"),
  gittensor_api_requests_total: serve.counter("Requests, by endpoint and status", "endpoint", "status"),
  gittensor_api_stream_clients: serve.gauge("Clients connected to the stream of changes"),
  gittensor_api_stream_dropped_total: serve.counter("Clients of the stream that were disconnected, by reason", "why"),
  gittensor_api_stream_messages_total: serve.counter("Messages published to the stream, by event", "event"),
  gittensor_api_stream_poll_failures_total: serve.counter("Failed polls of the database for the stream"),
  gittensor_export_block: serve.gauge("Block of the exported page's newest snapshot"),
  gittensor_export_bytes_total: serve.counter("Bytes written for the exported page: compressed parts, and files that it links"),
  gittensor_export_duration_seconds: serve.histogram("Time to read and write a snapshot for the exported page"),
  gittensor_export_parts_total: serve.counter("Parts and linked files written for the exported page, and those removed", "what"),
  gittensor_export_total: serve.counter("Exports of the page, by result", "result"),
  gittensor_index_behind_blocks: serve.gauge("Blocks between the chain's finalised head and the newest indexed block"),
  gittensor_index_head_block: serve.gauge("Newest indexed block"),
  gittensor_push_messages_total: serve.counter(
    "Notifications for browsers, by result: sent, failed (will be retried), given up, gone (the browser unsubscribed), dropped (too many wait)",
    "result"
  ),
  gittensor_indexer_artefacts_total: index.counter(
    "Files that support findings about pull requests: stored, or refused because the axon lacks them or sends something else",
    "result"
  ),
  gittensor_indexer_blocks_total: index.counter("Blocks written to the database"),
  gittensor_indexer_caught_up: index.gauge("1 once the first pass has reached the finalised head, 0 before"),
  gittensor_indexer_chain_head_block: index.gauge("Newest finalised block received"),
  gittensor_indexer_head_age_seconds: index.gauge("Time since the last finalised block was received"),
  gittensor_github_comments_total: index.counter(
    "Attempts to write an issue's comment on GitHub, by result: created, edited, gone, locked, refused, failed",
    "result"
  ),
  gittensor_github_statuses_total: index.counter(
    "Attempts to set the status of a competitor's pull request, by result: created, edited, gone, refused, failed",
    "result"
  ),
  gittensor_indexer_head_block: index.gauge("Newest block in the database, as last seen by this process"),
  gittensor_indexer_last_success_timestamp_seconds: index.gauge("Unix time of the last successful pass"),
  gittensor_indexer_pass_duration_seconds: index.histogram("Duration of a pass to a finalised head"),
  gittensor_indexer_quality_documents_total: index.counter(
    "Answers of validators' axons about competitors' pull requests: stored, or refused because they lack proof",
    "result"
  ),
  gittensor_indexer_retries_total: index.counter("Waits for the chain, the database or its lock, by error", "why"),
  gittensor_indexer_waiting: index.gauge("1 while waiting for the chain or the database, 0 otherwise"),
  gittensor_webhook_deliveries_total: index.counter(
    "Attempts to deliver a message to a webhook (sent, failed), and messages that were given up",
    "webhook",
    "result"
  ),
  gittensor_work_database_reachable: work.gauge("1 if the database of durable work answers, 0 otherwise"),
  gittensor_work_unfinished: work.gauge("Executions in the database that have not ended, by workflow", "workflow"),
  gittensor_work_workers: work.gauge("Workers in the database, by whether they reported recently", "state")
} as const satisfies Record<string, Definition>

/** A command's metrics, in the order of the catalogue. */
export const metricsOf = (command: Command): Readonly<Record<string, Definition>> =>
  Object.fromEntries(Object.entries<Definition>(catalogue).filter(([, definition]) => definition.shownBy.includes(command)))
