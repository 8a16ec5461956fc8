/** How long files that belong to epochs are kept. */
import { Duration } from "effect"
import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"

/** The first epoch whose files are kept, seen from an epoch, if they are kept for that time. `tempo`: blocks of an epoch. */
export const firstKept = (epoch: number, time: Duration.Duration, tempo: number): number =>
  epoch - Math.ceil(Duration.toSeconds(time) / (tempo * BLOCK_SECONDS))
