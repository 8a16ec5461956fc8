/** Explains that the node has pruned the state of an epoch's beginning. */
import type { Epoch } from "../../domain/Epoch.ts"

/** A sentence without full stop. Every node has the next epoch's state. */
export const prunedText = (endpoint: string, { firstBlock }: Epoch): string =>
  `${endpoint} no longer has the chain's state at block ${firstBlock}, where the epoch began; only an archive node (--endpoint) has it, and the next epoch goes on as usual`
