/** The retention of files of epochs. */
import { Duration } from "effect"
import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"

/** The first epoch within a retention time, as of an epoch. `tempo`: blocks of an epoch. */
export const firstKept = (epoch: number, time: Duration.Duration, tempo: number): number =>
  epoch - Math.ceil(Duration.toSeconds(time) / (tempo * BLOCK_SECONDS))
