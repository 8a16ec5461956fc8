/** What `gittensor index --follow` counts beside what every process of this program does. */
import { counter, type Definition, gauge, histogram } from "./definition.ts"

export const indexerMetrics = {
  gittensor_indexer_blocks_total: counter("Blocks written into the database"),
  gittensor_indexer_caught_up: gauge("1 once the first pass has reached the finalised head, 0 before"),
  gittensor_indexer_chain_head_block: gauge("The newest finalised block that arrived"),
  gittensor_indexer_head_age_seconds: gauge("Time since the last finalised block arrived"),
  gittensor_indexer_head_block: gauge("The newest block that this process has written or found written"),
  gittensor_indexer_last_success_timestamp_seconds: gauge("When a pass last ended well"),
  gittensor_indexer_pass_duration_seconds: histogram("How long a pass to a finalised head took"),
  gittensor_indexer_retries_total: counter("Times that the chain, the database or its lock was waited for, by which", "why"),
  gittensor_indexer_waiting: gauge("1 while the chain or the database is waited for")
} as const satisfies Record<string, Definition>
