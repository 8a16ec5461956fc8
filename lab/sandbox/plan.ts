/** Definitions shared by the attacker and the judge. */
import { Schema } from "effect"
import type { BoxLimits } from "../../src/layers/machine/sandbox/Sandbox.ts"

/** Small limits, so that the attacks reach them soon. */
export const ATTACK_LIMITS: BoxLimits = {
  seconds: 60,
  memory: 268_435_456,
  disk: 67_108_864,
  files: 2_000,
  fileSize: 33_554_432,
  processes: 64,
  cpuSeconds: 60,
  openFiles: 256,
  output: 65_536,
  result: 1_048_576
}

/** Things of this machine that no box may reach. */
export const Targets = Schema.Struct({
  /** The judging process, and another one that must survive. */
  judge: Schema.Int,
  victim: Schema.Int,
  /** A file with a secret, readable by every user of the machine, in a folder that every user may write to. */
  secret: Schema.String,
  folder: Schema.String,
  port: Schema.Int,
  /** A server that boxes with a network may reach. It sends without end to a client that has sent something. */
  allowed: Schema.Int,
  /** This machine's name. */
  name: Schema.String,
  /** This machine's addresses other than loopback. */
  addresses: Schema.Array(Schema.String),
  /** Folders with keys and with this program's data. */
  kept: Schema.Array(Schema.String),
  socket: Schema.String,
  abstract: Schema.String
})
export interface Targets extends Schema.Schema.Type<typeof Targets> {}

/** An attack's outcome. `escaped`: what it reached, in words. */
export const Outcome = Schema.Struct({ tried: Schema.Int, escaped: Schema.Array(Schema.String), count: Schema.optional(Schema.Int) })
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/** The attacker writes its outcome here. */
export const OUTCOME_FILE = "outcome.json"

/** The writable folder's path in an attacked box. */
export const QUOTA_FOLDER = "/quota"
/** The writable folder's quota. */
export const QUOTA = { bytes: 16_777_216, files: 500 } as const
