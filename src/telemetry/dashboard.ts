/** What `gittensor serve` and `gittensor index` count beside what every process of this program does. */
import { counter, type Definition, gauge, histogram } from "./definition.ts"

export const dashboardMetrics = {
  gittensor_api_clients_limited_total: counter("Requests refused because their client had asked too often"),
  gittensor_api_compressed_bytes_total: counter("Bytes of answers after compression, by encoding", "encoding"),
  gittensor_api_not_modified_total: counter("Answers without a body because the client had it already"),
  gittensor_api_request_duration_seconds: histogram("How long an answer took until its first byte, by endpoint", "endpoint"),
  gittensor_api_requests_in_progress: gauge("Requests that are being answered now, streams not counted"),
  gittensor_api_requests_total: counter("Requests, by endpoint and status", "endpoint", "status"),
  gittensor_api_stream_clients: gauge("Clients that listen to the stream of changes now"),
  gittensor_api_stream_dropped_total: counter("Clients of the stream that were cut off, by why", "why"),
  gittensor_api_stream_messages_total: counter("Messages made for the stream, by event", "event"),
  gittensor_api_stream_poll_failures_total: counter("Looks at the database for the stream that failed"),
  gittensor_index_behind_blocks: gauge("Blocks between the chain's finalised head and the newest indexed block"),
  gittensor_index_head_block: gauge("The newest indexed block")
} as const satisfies Record<string, Definition>
