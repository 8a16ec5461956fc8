/**
 * The engine of durable work, and the only place that imports it: @effect/workflow on @effect/cluster, whose messages are rows of a Postgres database. A client
 * submits, workers execute. What a worker leaves unfinished when it dies, another one takes over; a result is given once, a step may run more than once.
 *
 * Each version of the program has a shard group of its own: only workers of a client's version take its work, whatever else runs on the same database.
 */
import { ClusterSchema, ClusterWorkflowEngine, RunnerAddress } from "@effect/cluster"
import * as BunClusterSocket from "@effect/platform-bun/BunClusterSocket"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import { type ConfigError, Duration, Layer, Option } from "effect"

/** A workflow's annotation: the group of shards whose workers execute it. */
export const { ShardGroup } = ClusterSchema

export { Activity, Workflow } from "@effect/workflow"
export { WorkflowEngine } from "@effect/workflow/WorkflowEngine"

/** A dead worker's shards are free after this. The default of 35 s is longer than people wait; below 10 s a slow database would look like a death. */
const LOCK_EXPIRATION = Duration.seconds(10)

const sharding = (group: string) => ({
  availableShardGroups: [group],
  assignedShardGroups: [group],
  shardLockExpiration: LOCK_EXPIRATION,
  shardLockRefreshInterval: Duration.seconds(4),
  runnerHealthCheckInterval: Duration.seconds(2),
  refreshAssignmentsInterval: Duration.seconds(1),
  entityMessagePollInterval: Duration.seconds(1)
})

/** Where other workers reach this one. Whoever reaches it can give it work: keep it inside a private network. */
export interface WorkerAddress {
  readonly host: string
  readonly port: number
}

/** Executes workflows. Fails when the port is taken. */
export const layerWorker = (group: string, { host, port }: WorkerAddress) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provide(
      BunClusterSocket.layer({
        storage: "sql",
        shardingConfig: { ...sharding(group), runnerAddress: Option.some(RunnerAddress.make(host, port)) }
      })
    )
  )

/** Submits workflows and waits for their results; executes none. */
export const layerClient = (group: string): Layer.Layer<WorkflowEngine, ConfigError.ConfigError, SqlClient> =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provide(
      BunClusterSocket.layer({
        storage: "sql",
        clientOnly: true,
        shardingConfig: { ...sharding(group), runnerAddress: Option.none() }
      })
    )
  )
